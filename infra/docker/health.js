// Good when the service says on its private port that it can serve.
const answer = await fetch(`http://127.0.0.1:${process.env.OPS_PORT ?? 9090}/readyz`)
process.exit(answer.ok ? 0 : 1)
