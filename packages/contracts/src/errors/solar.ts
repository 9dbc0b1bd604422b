import type { ErrorTexts } from './texts.ts'

/** Refusals of solar. */
export const solarErrors = {
  timezone_unknown: {
    kind: 'invalid',
    en: 'There is no such time zone; a name such as Africa/Cairo is expected.',
    ar: 'لا توجد منطقة زمنية بهذا الاسم؛ المطلوب اسم مثل Africa/Cairo.',
  },
  serial_format: {
    kind: 'invalid',
    en: 'A device of this vendor does not have such a serial; {expected} is expected.',
    ar: 'الرقم التسلسلي لا يناسب هذه الشركة المصنّعة؛ المطلوب {expected}.',
  },
  serial_taken: {
    kind: 'conflict',
    en: 'This site already has an inverter with this serial.',
    ar: 'يوجد في هذا الموقع عاكس بالرقم التسلسلي نفسه.',
  },
  battery_incomplete: {
    kind: 'invalid',
    en: 'A battery needs both its capacity and its usable capacity, or neither.',
    ar: 'يجب ذكر سعة البطارية والسعة القابلة للاستخدام معًا، أو عدم ذكر أي منهما.',
  },
  array_name_repeated: {
    kind: 'invalid',
    en: 'Two arrays of one site cannot have the same name.',
    ar: 'لا يمكن أن تحمل مصفوفتان في الموقع نفسه الاسم ذاته.',
  },
  until_required: {
    kind: 'invalid',
    en: 'Say for how many minutes the level shall hold.',
    ar: 'حدّد عدد الدقائق التي يسري فيها المستوى.',
  },
} as const satisfies ErrorTexts
