import { ConfigError } from '../api/errors.ts'

/** The port that somebody wrote after `--port`. */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new ConfigError('--port', `"${text}" is no port: use a number from 0 to 65535`)
  return Number(text)
}

/** Why nobody can listen there, for whoever started the wiki. */
export function portError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new ConfigError('port', `${host}:${port} is in use by another program: stop it, or choose another with --port`)
  if (error.code === 'EACCES') return new ConfigError('port', `you may not use port ${port}: choose one above 1023 with --port`)
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new ConfigError('host', `${host} is no address of this machine`)
  return error
}
