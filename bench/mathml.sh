#!/usr/bin/env bash
# Draws every cell of the zoo, and its backward equations, in a real browser: bench/mathml.sh OUT.png
# Needs Chromium (Debian: apt-get install chromium). Look at the picture.
set -euo pipefail
out=$(realpath "${1:?usage: bench/mathml.sh OUT.png}")
cd "$(dirname "$0")/.."
dotnet build -c Release -v q src/Cellwright.Cli > /dev/null
tool=(dotnet src/Cellwright.Cli/bin/Release/net10.0/Cellwright.Cli.dll)
page=$(mktemp --suffix=.html)
trap 'rm -f "$page"' EXIT
{
  echo '<!doctype html><meta charset="utf-8"><title>The zoo</title><body>'
  for file in cells/*.cell; do
    name=$(basename "$file" .cell)
    echo "<h3>$name</h3>"
    "${tool[@]}" cell show "$name" --mathml
    "${tool[@]}" cell show "$name" --mathml --gradients
  done
  echo '</body>'
} > "$page"
chromium --headless --no-sandbox --disable-gpu --window-size=1200,"$((900 * $(ls cells/*.cell | wc -l)))" --screenshot="$out" "$page"
