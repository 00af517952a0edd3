#!/bin/sh
# Writes src/tocsin/web/static/vendor anew, from the versions in tools/styles/package.json.
# Needs npm; whoever installs or runs Tocsin does not.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
into=$here/../src/tocsin/web/static/vendor
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$here/styles/package.json" "$here/styles/govuk.scss" "$scratch"
cd "$scratch"
npm install --silent --no-audit --no-fund --ignore-scripts
npx sass --load-path=node_modules --no-source-map --style=compressed --quiet-deps govuk.scss govuk.css
without_map() { sed 's|//# sourceMappingURL=.*||' "$1"; }
without_map node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js > govuk-frontend.js
without_map node_modules/htmx.org/dist/htmx.min.js > htmx.min.js
cp govuk.css govuk-frontend.js htmx.min.js "$into"
cp node_modules/htmx.org/LICENSE "$into/htmx-licence.txt"
