"""The JSON API below `/api/v1/`, one file a resource.

How a resource is added:

1. `web/api/<resource>.py` makes a `Resource` and declares its operations with `read` and `write`:

       router = Resource("Widgets")

       @router.read("/widgets/{int:number}", roles=MEMBERS, scope=Scope.WIDGETS_READ, answer=Widget)
       def get_widget(request: Call, number: int) -> Widget:
           \"\"\"One widget.\"\"\"                       # the document's description
           return shown(found_or_404(...))

       @router.write("PATCH", "/widgets/{int:number}", roles=OWNER, scope=…, answer=Widget)
       def change_widget(request: Call, number: int, body: WidgetChange) -> Widget: ...

   The view runs in the caller's database scope, inside one transaction; its queries filter by
   `request.auth.organisation` as well.  It returns a pydantic model (a `Shown`) or a `Reply`, and
   raises `Problem` for everything that cannot be done, which rolls back.  Bodies are `Given`
   models; texts in them and in the query are `Text` (no NUL).  What belongs to somebody else
   raises the same `Problem("not-found")` as what does not exist.
2. The router is added to `ROUTERS` in `app.py`.
3. Its operations get their lines in `tests/web/api/operations.py`.

Token, roles, scope, speed, content types, unknown parameters, ETag and 304, Idempotency-Key, HEAD
and the form of errors are the frame's: `door`, `replies`, `frame`.  Changeable things call
`replies.must_match(request, current)` before they change (If-Match, 412).  Lists use `cursors`.
"""
