import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ensureCommand } from '@sahary/local/stack/install'

const run = promisify(execFile)

/** The text of a PDF as a reader would copy it; `pdftotext` (poppler) puts right-to-left runs in reading order. */
export async function textOf(pdf: Buffer): Promise<string> {
  const reading = run(await ensureCommand('pdftotext', 'poppler-utils'), ['-enc', 'UTF-8', '-', '-'], {
    maxBuffer: 8 * 2 ** 20,
  })
  reading.child.stdin!.end(pdf)
  const { stdout } = await reading
  // Bidi marks and presentation forms are how it is drawn, not what it says.
  return stdout.normalize('NFKC').replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')
}
