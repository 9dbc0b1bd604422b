# `npm start`, `npm test` and all other root scripts come through here: whatever Node there is brings the packages, then
# the launcher on Node 24 takes this shell's place, so that nothing of the way remains beside it.
set -e
cd "$(dirname "$0")/../.."
node infra/local/boot.mjs
# One arena of malloc per core would cost memory that the launcher never uses.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}" PATH="$PWD/node_modules/.bin:$PATH"
exec node --disable-warning=ExperimentalWarning --max-semi-space-size=2 "$PWD/infra/local/src/main.ts" "$@"
