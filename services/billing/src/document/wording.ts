import type { EnergySource, Locale } from '@sahary/contracts/fields'
import type { SupplyClass } from '@sahary/contracts/ladder'
import type { Kind } from '../price/price.ts'

/** Every word of an invoice, in both languages; the template holds none. */
export const wording = {
  ar: {
    seller: 'سحابة صحاري',
    tagline: 'سحابة تعمل بالشمس',
    taxNumber: 'رقم التسجيل الضريبي',
    title: 'فاتورة ضريبية',
    number: 'رقم الفاتورة',
    issued: 'تاريخ الإصدار',
    due: 'آخر موعد للسداد',
    period: 'فترة الاستخدام',
    billedTo: 'فاتورة إلى',
    account: 'رقم الحساب',
    columns: ['البند', 'الكمية', 'سعر الوحدة', 'المبلغ'],
    net: 'الصافي',
    vat: 'ضريبة القيمة المضافة',
    total: 'الإجمالي المستحق',
    energy: 'إيصال الطاقة',
    energyNote: 'الاستهلاك الفعلي لخوادمك بحسب مصدره، ومجموعه يطابق عداد الموقع.',
    sun: 'من الشمس مباشرة',
    server: 'خادم',
    adjusts: 'تسوية عن شهر',
    late: 'وصلت هذه القراءات بعد إصدار فاتورة ذلك الشهر.',
    rule: 'كل مبلغ هو الكمية × سعر الوحدة بعد التقريب مرة واحدة، والضريبة تحسب مرة واحدة على مجموع البنود.',
    page: 'صفحة',
    of: 'من',
    none: 'لا شيء',
  },
  en: {
    seller: 'Sahary Cloud',
    tagline: 'A cloud that runs on the sun',
    taxNumber: 'Tax registration',
    title: 'Tax invoice',
    number: 'Invoice',
    issued: 'Issued',
    due: 'Due by',
    period: 'Period',
    billedTo: 'Billed to',
    account: 'Account',
    columns: ['Item', 'Quantity', 'Unit price', 'Amount'],
    net: 'Net',
    vat: 'VAT',
    total: 'Total due',
    energy: 'Energy receipt',
    energyNote: 'What your servers really drew, by its source. It adds up to the site’s own meter.',
    sun: 'straight from the sun',
    server: 'Server',
    adjusts: 'Adjustment for',
    late: 'These readings came after that month’s invoice.',
    rule: 'Each amount is quantity × unit price, rounded once; VAT is taken once, on the sum of the lines.',
    page: 'Page',
    of: 'of',
    none: 'none',
  },
} as const

const kindNames: Record<Locale, Record<Kind, string>> = {
  ar: { vcpu: 'معالج', memory: 'ذاكرة', disk: 'قرص' },
  en: { vcpu: 'Processor', memory: 'Memory', disk: 'Disk' },
}
const unitNames: Record<Locale, Record<Kind, string>> = {
  ar: { vcpu: 'ساعة معالج', memory: 'جيبي بايت-ساعة', disk: 'جيبي بايت-ساعة' },
  en: { vcpu: 'vCPU-hours', memory: 'GiB-hours', disk: 'GiB-hours' },
}
const sourceNames: Record<Locale, Record<EnergySource, string>> = {
  ar: { solar: 'الشمس', battery: 'البطارية', grid: 'الشبكة', generator: 'المولد' },
  en: { solar: 'Sun', battery: 'Battery', grid: 'Grid', generator: 'Generator' },
}
const classNames: Record<Locale, Record<SupplyClass, string>> = {
  ar: { solar_only: 'شمسي فقط', battery_backed: 'مدعوم بالبطارية', always_on: 'دائم التشغيل' },
  en: { solar_only: 'Solar only', battery_backed: 'Battery backed', always_on: 'Always on' },
}

export const kindName = (kind: Kind, locale: Locale): string => kindNames[locale][kind]
export const unitName = (kind: Kind, locale: Locale): string => unitNames[locale][kind]
export const sourceName = (source: EnergySource, locale: Locale): string => sourceNames[locale][source]
export const className = (supplyClass: SupplyClass, locale: Locale): string => classNames[locale][supplyClass]

const currencyNames: Record<Locale, Record<string, string>> = { ar: { EGP: 'ج.م.' }, en: { EGP: 'EGP' } }
export const currencyName = (currency: string, locale: Locale): string => currencyNames[locale][currency] ?? currency

const months = {
  ar: ['يناير', 'فبراير', 'مارس', 'أبريل', 'مايو', 'يونيو', 'يوليو', 'أغسطس', 'سبتمبر', 'أكتوبر', 'نوفمبر', 'ديسمبر'],
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
} as const

/** `{ year: 2026, month: 11, day: 20 }` as «20 نوفمبر 2026» or "20 November 2026". */
export const dayText = ({ year, month, day }: { year: number; month: number; day: number }, locale: Locale): string =>
  `${day} ${months[locale][month - 1]} ${year}`

/** `2026-11` as «نوفمبر 2026» or "November 2026". */
export const monthText = (key: string, locale: Locale): string => {
  const [year, month] = key.split('-').map(Number)
  return `${months[locale][month! - 1]} ${year}`
}
