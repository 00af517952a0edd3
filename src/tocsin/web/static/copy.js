// A button with data-copy="ID" copies that element's text, and says so.
const said = document.getElementById("said");

// Plain HTTP has no clipboard: then the text is selected, for Ctrl-C.
async function pressed(event) {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.value ?? source.innerText);
    said.textContent = said.dataset.copied;
  } catch {
    getSelection().selectAllChildren(source);
    source.select?.();
    said.textContent = said.dataset.selected;
  }
}

document.addEventListener("click", pressed);
