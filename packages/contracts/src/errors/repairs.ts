import type { ErrorTexts } from './texts.ts'

/** Refusals of repairs. */
export const repairsErrors = {
  device_serial_taken: {
    kind: 'conflict',
    en: 'A device of this brand with this serial number is registered already.',
    ar: 'يوجد جهاز مسجّل بالفعل من هذه العلامة بهذا الرقم التسلسلي.',
  },
  device_retired: {
    kind: 'conflict',
    en: 'This device has been retired.',
    ar: 'هذا الجهاز خرج من الخدمة.',
  },
  device_in_repair: {
    kind: 'conflict',
    en: 'Repair {number} of this device is not finished yet.',
    ar: 'طلب الإصلاح {number} لهذا الجهاز لم ينتهِ بعد.',
  },
  text_blank: { kind: 'invalid', en: 'Write something that can be seen.', ar: 'اكتب نصًا ظاهرًا.' },
  date_order: {
    kind: 'invalid',
    en: 'The warranty cannot end before the purchase.',
    ar: 'لا يمكن أن ينتهي الضمان قبل تاريخ الشراء.',
  },
  repair_step_illegal: {
    kind: 'invalid',
    en: 'It cannot go from {from} to {to}. Possible now: {allowed}.',
    ar: 'لا يمكن الانتقال من {from} إلى {to}. المتاح الآن: {allowed}.',
  },
  repair_description_short: {
    kind: 'invalid',
    en: 'Describe the fault in at least 10 characters before you submit.',
    ar: 'صف العطل في 10 أحرف على الأقل قبل الإرسال.',
  },
  repair_unassigned: { kind: 'invalid', en: 'Say who takes care of it.', ar: 'حدّد من يتولى الطلب.' },
  repair_reason_required: {
    kind: 'invalid',
    en: 'Give a reason; the customer will read it.',
    ar: 'اكتب السبب؛ سيقرؤه العميل.',
  },
  repair_needs_quote: {
    kind: 'invalid',
    en: 'Only a repair that costs the customer nothing can be approved without a quote.',
    ar: 'لا يُعتمد دون عرض سعر إلا إصلاح لا يكلّف العميل شيئًا.',
  },
  repair_assignee_unknown: {
    kind: 'invalid',
    en: 'Only staff can take care of a repair.',
    ar: 'لا يتولى طلب الإصلاح إلا أحد العاملين.',
  },
  repair_device_unknown: {
    kind: 'invalid',
    en: 'There is no such device of yours in service.',
    ar: 'لا يوجد لديك جهاز كهذا في الخدمة.',
  },
  repair_not_draft: {
    kind: 'conflict',
    en: 'It has been submitted and can no longer be rewritten. Add a comment instead.',
    ar: 'أُرسل الطلب ولم يعد تعديله ممكنًا. أضف تعليقًا بدلًا من ذلك.',
  },
  repair_comments_over: {
    kind: 'conflict',
    en: 'This repair was finished more than 30 days ago. Open a new one.',
    ar: 'انتهى هذا الطلب منذ أكثر من 30 يومًا. افتح طلبًا جديدًا.',
  },
} as const satisfies ErrorTexts
