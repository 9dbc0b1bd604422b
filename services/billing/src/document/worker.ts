import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'

/** What is to be printed: the template's data, as one JSON text. */
export type Work = { data: string }
export type Done = { pdf: Uint8Array } | { fault: string }

const require = createRequire(import.meta.url)
const fonts = {
  amiri: ['400Regular', '700Bold'],
  'ibm-plex-sans': ['300Light', '400Regular', '500Medium', '600SemiBold'],
}
const fontPaths = Object.entries(fonts).flatMap(([family, weights]) => {
  const folder = dirname(require.resolve(`@expo-google-fonts/${family}/package.json`))
  return weights.map(weight => join(folder, weight))
})
const workspace = join(import.meta.dirname, '../../templates')
const compiler = NodeCompiler.create({ workspace, fontArgs: [{ fontPaths }] })

// Typst compiles synchronously and keeps what it has laid out: it has this thread to itself, and is told to forget.
parentPort?.on('message', ({ data }: Work) => {
  parentPort?.postMessage(print(data))
  compiler.evictCache(10)
})

function print(data: string): Done {
  const compiled = compiler.compile({ mainFilePath: join(workspace, 'invoice.typ'), inputs: { data } })
  if (!compiled.result) return { fault: JSON.stringify(compiled.takeDiagnostics()?.shortDiagnostics ?? 'unknown') }
  return { pdf: compiler.pdf(compiled.result, { pdfStandard: 'a-3b' }) }
}
