import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { command } from './command.mjs'
import { root } from './paths.mjs'

/** Installs the npm packages of the lock file, when what is installed differs from it. */
export async function installPackages() {
  if (packagesMatchLock()) return
  console.log('installing the npm packages')
  await command('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
}

function packagesMatchLock() {
  const installedPath = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedPath)) return false
  const installed = readPackages(installedPath)
  const locked = Object.entries(readPackages(join(root, 'package-lock.json')))
  return locked.every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true
    const found = installed[path]
    return found ? found.version === entry.version : Boolean(entry.optional)
  })
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages
}
