import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

export type VmType = { name: string; vcpus: number; memoryMib: number; diskGib: number; processes: number }
export type Image = { name: string; reference: string; title: { en: string; ar: string }; leastMemoryMib: number }

/** The sizes on offer, smallest first. */
export async function listVmTypes(db: Kysely<Database>): Promise<VmType[]> {
  const rows = await db.selectFrom('vm_type').selectAll().where('offered', '=', true).orderBy('position').execute()
  return rows.map(row => ({
    name: row.name,
    vcpus: row.vcpus,
    memoryMib: row.memory_mib,
    diskGib: row.disk_gib,
    processes: row.processes,
  }))
}

/** The images on offer. */
export async function listImages(db: Kysely<Database>): Promise<Image[]> {
  const rows = await db.selectFrom('image').selectAll().where('offered', '=', true).orderBy('position').execute()
  return rows.map(row => ({
    name: row.name,
    reference: row.reference,
    title: { en: row.title_en, ar: row.title_ar },
    leastMemoryMib: row.least_memory_mib,
  }))
}

/** How many processes a size allows, and what an image is called at the engine; also for what is no longer offered. */
export async function findParts(
  db: Kysely<Database>,
  vmType: string,
  image: string,
): Promise<{ processes: number; reference: string }> {
  return db
    .selectFrom(['vm_type', 'image'])
    .select(['vm_type.processes', 'image.reference'])
    .where('vm_type.name', '=', vmType)
    .where('image.name', '=', image)
    .executeTakeFirstOrThrow()
}

/** Marks the containers of this installation among others on the same engine. */
export async function installationId(db: Kysely<Database>): Promise<string> {
  const row = await db.selectFrom('installation').select('id').executeTakeFirstOrThrow()
  return row.id
}
