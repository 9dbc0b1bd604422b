import { ending } from './platform/ending.ts'
import { stand } from './platform/standing.ts'
import { startOf } from './platform/start.ts'

await ending(() => stand(startOf(process.argv.slice(2), process.env)))
