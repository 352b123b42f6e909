import { buildAll } from './all.mjs'
import { main } from './command.mjs'
import { signSample } from './sample.mjs'
import { serve } from './serve.mjs'

await main(async () => {
  await buildAll()
  const port = Number(process.env.PORT ?? 4780)
  const server = await serve(port, await signSample())
  console.log(`\nThe lab is at ${server.url} (Ctrl-C stops it)`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close())
})
