// At full scale every law is tried on a hundred times as many cases; read before each file of unit tests.
if (process.env.TEST_SCALE === 'full') {
  const { configureGlobal } = await import('fast-check')
  configureGlobal({ numRuns: 10_000 })
}
