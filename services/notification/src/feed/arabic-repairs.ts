import type { Params } from './notice.ts'
import type { Catalogue } from './text.ts'
import { dayText, fenced, moneyText } from './wording.ts'

const steps: Record<Params['repair_moved']['verb'], string> = {
  submitted: 'استلمنا طلبك وسنراجعه.',
  accepted: 'قبلنا طلبك وبدأنا العمل عليه.',
  rejected: 'لا يمكننا قبول طلبك. السبب مذكور فيه.',
  info_requested: 'نحتاج إلى ردّ منك حتى نكمل.',
  info_provided: 'شكرًا لك، نكمل العمل.',
  scheduled: 'تم تحديد موعد.',
  received: 'جهازك لدينا.',
  diagnosis_started: 'نبحث عن سبب العطل.',
  approved: 'لا يستحق عليك شيء، ويمكن بدء العمل.',
  parts_ordered: 'ننتظر قطع الغيار.',
  parts_arrived: 'وصلت قطع الغيار ويستمر العمل.',
  work_started: 'بدأ الإصلاح.',
  testing: 'انتهى الإصلاح ونجري الاختبار.',
  test_failed: 'لم ينجح الاختبار، فيستمر العمل.',
  ready: 'جهازك جاهز للتسليم.',
  no_fault_found: 'لم نجد عطلًا.',
  unrepairable: 'الجهاز غير قابل للإصلاح. السبب مذكور في الطلب.',
  delivered: 'تم تسليم الجهاز.',
  closed: 'أُغلق الطلب.',
  cancelled: 'أُلغي الطلب.',
}
const deviceName = (p: Params['device_registered']) => `${fenced(`${p.brand} ${p.model}`)} (${fenced(p.serial)})`

/** The notices of devices, repairs and quotes in Arabic. */
export const arabicRepairs = {
  device_registered: p => ['سُجّل جهاز', deviceName(p)],
  device_retired: p => ['أُخرج جهاز من الخدمة', deviceName(p)],
  repair_moved: p => [`طلب الإصلاح ${fenced(p.number)}`, steps[p.verb]],
  repair_to_triage: p => [`طلب الإصلاح ${fenced(p.number)} ينتظر`, 'قدّمه العميل أو ردّ عليه.'],
  quote_sent: p => [
    'عرض سعر بانتظارك',
    `${moneyText('ar', p.total.minor, p.total.currency)}، وهو صالح حتى ${dayText('ar', p.validUntil)}.`,
  ],
  quote_answered: p => ['ورد ردّ على عرض السعر', p.accepted ? 'وافق عليه العميل.' : 'رفضه العميل.'],
} satisfies Partial<Catalogue>
