import { fileStore } from '../../js/dist/files.js'
import { visit } from './visit.mjs'

// node keeper.mjs FOLDER SOURCE TRUST ATTEMPTS: a process with a client that keeps what it has in a folder. It tells what it serves
// when it has asked as often as that.
const [folder, source, trust, attempts] = process.argv.slice(2)
const { client, codes, shown, close } = visit({ source, trust, store: fileStore(folder) })
await client.ready()
for (let attempt = 0; attempt < Number(attempts); attempt++) await client.refresh()
await new Promise((resolve) => setImmediate(resolve))
console.log(JSON.stringify({ shown: shown(), codes }))
close()
