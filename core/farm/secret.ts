import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../api/errors.ts'

/**
 * The secret of this installation, made once and kept, so that a restart logs nobody out. Two processes that start at the same
 * moment agree: the file appears whole and only once.
 */
export async function installationSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'servus-secret')
  const known = await readSecret(file)
  if (known !== null) return known
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    await mkdir(dataDir, { recursive: true })
    await writeFile(draft, `${randomBytes(48).toString('base64url')}\n`, { mode: 0o600, flush: true })
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await unlink(draft)
  } catch (error) {
    throw new ConfigError('dataDir', `the data folder ${dataDir} cannot be written: ${(error as Error).message}`)
  }
  const made = await readSecret(file)
  if (made === null) throw new ConfigError('secrets', `the file ${file} vanished while it was made`)
  return made
}

async function readSecret(file: string): Promise<string | null> {
  let text: string
  try {
    text = (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new ConfigError('dataDir', `${file} cannot be read: ${(error as Error).message}`)
  }
  if (text.length < 32)
    throw new ConfigError(
      'secrets',
      `the file ${file} is damaged; remove it to have a new one made (everybody is logged out then)`,
    )
  return text
}
