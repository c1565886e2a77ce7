/**
 * The value of `Content-Disposition`: shown in the browser or saved, and the file's name, in plain letters for old programs and as
 * it is (RFC 6266).
 */
export function disposition(how: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const whole = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${how}; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${whole}`}`
}
