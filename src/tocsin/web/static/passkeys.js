// Makes and uses passkeys: asks our page what is wanted, has the browser do it, sends the answer.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const known = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

async function wanted(form) {
  const reply = await fetch(form.dataset.options, {
    method: "POST",
    body: new FormData(form),
    credentials: "same-origin",
  });
  if (reply.redirected) {
    location.assign(reply.url);
    return null;
  }
  const said = await reply.json();
  if (!reply.ok) throw new Error(said.problem);
  return said.publicKey;
}

async function make(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials),
    },
  });
  return answer(made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
  });
}

async function use(options) {
  const used = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: known(options.allowCredentials),
    },
  });
  const handle = used.response.userHandle;
  return answer(used, {
    clientDataJSON: text(used.response.clientDataJSON),
    authenticatorData: text(used.response.authenticatorData),
    signature: text(used.response.signature),
    ...(handle && handle.byteLength ? { userHandle: text(handle) } : {}),
  });
}

const answer = (credential, response) =>
  JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: {},
  });

async function send(form) {
  const problem = form.querySelector("[data-problem]");
  problem.textContent = "";
  try {
    const options = await wanted(form);
    if (options === null) return;
    const act = form.dataset.passkey === "make" ? make : use;
    form.elements.answer.value = await act(options);
    form.submit();
  } catch (error) {
    const stopped = error.name === "NotAllowedError" || error.name === "AbortError";
    problem.textContent = stopped
      ? "The passkey was not used. Try again, or use another way."
      : error.name === "InvalidStateError"
        ? "This device already has a passkey for you here."
        : error.message;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !window.isSecureContext) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
