import { buildAll } from './all.mjs'
import { main } from './command.mjs'

await main(() => buildAll(process.argv.slice(2)))
