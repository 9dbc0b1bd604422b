import type { ErrorTexts } from './texts.ts'

/** Refusals that any service may give. */
export const commonErrors = {
  malformed_body: {
    kind: 'invalid',
    en: 'The request could not be read as JSON.',
    ar: 'تعذّرت قراءة الطلب بصيغة JSON.',
  },
  malformed_request: {
    kind: 'invalid',
    en: 'The request could not be read.',
    ar: 'تعذّرت قراءة الطلب.',
  },
  unsupported_media_type: {
    kind: 'invalid',
    en: 'Send the body as application/json.',
    ar: 'أرسل محتوى الطلب بصيغة application/json.',
  },
  body_too_large: { kind: 'invalid', en: 'The request is too large.', ar: 'حجم الطلب أكبر من المسموح.' },
  validation_failed: { kind: 'invalid', en: 'Some fields are not valid.', ar: 'بعض الحقول غير صحيحة.' },
  unknown_field: { kind: 'invalid', en: 'This field is not known here.', ar: 'هذا الحقل غير معروف هنا.' },
  field_required: { kind: 'invalid', en: 'This field is required.', ar: 'هذا الحقل مطلوب.' },
  field_type: {
    kind: 'invalid',
    en: 'This field has the wrong type; {expected} is expected.',
    ar: 'نوع هذا الحقل غير صحيح؛ المطلوب {expected}.',
  },
  field_too_small: {
    kind: 'invalid',
    en: 'This value is too small; the least is {minimum}.',
    ar: 'القيمة أصغر من المسموح؛ الحد الأدنى {minimum}.',
  },
  field_too_big: {
    kind: 'invalid',
    en: 'This value is too big; the most is {maximum}.',
    ar: 'القيمة أكبر من المسموح؛ الحد الأقصى {maximum}.',
  },
  field_format: { kind: 'invalid', en: 'This value does not have the right form.', ar: 'صيغة هذه القيمة غير صحيحة.' },
  field_choice: { kind: 'invalid', en: 'Choose one of: {choices}.', ar: 'اختر واحدًا من: {choices}.' },
  text_unreadable: {
    kind: 'invalid',
    en: 'The text holds characters that cannot be stored.',
    ar: 'يحتوي النص على رموز لا يمكن حفظها.',
  },
  not_signed_in: { kind: 'unauthenticated', en: 'Sign in first.', ar: 'سجّل الدخول أولًا.' },
  token_invalid: {
    kind: 'unauthenticated',
    en: 'Your sign-in is no longer valid. Sign in again.',
    ar: 'انتهت صلاحية تسجيل الدخول. سجّل الدخول مرة أخرى.',
  },
  not_allowed: { kind: 'forbidden', en: 'You are not allowed to do this.', ar: 'ليست لديك صلاحية لهذا الإجراء.' },
  not_found: { kind: 'not_found', en: 'There is no such thing.', ar: 'العنصر المطلوب غير موجود.' },
  version_conflict: {
    kind: 'conflict',
    en: 'It was changed meanwhile. Look at it again and repeat.',
    ar: 'تغيّر العنصر في هذه الأثناء. راجعه ثم أعد المحاولة.',
  },
  idempotency_key_required: {
    kind: 'invalid',
    en: 'Send an Idempotency-Key header.',
    ar: 'أرسل الترويسة Idempotency-Key.',
  },
  idempotency_key_malformed: {
    kind: 'invalid',
    en: 'An Idempotency-Key has 1 to 255 visible characters.',
    ar: 'يتكوّن مفتاح Idempotency-Key من 1 إلى 255 حرفًا مرئيًا.',
  },
  idempotency_key_reused: {
    kind: 'invalid',
    en: 'This Idempotency-Key was used for another request.',
    ar: 'استُخدم مفتاح Idempotency-Key هذا لطلب آخر.',
  },
  idempotency_in_flight: {
    kind: 'conflict',
    en: 'The same request is still being worked on.',
    ar: 'الطلب نفسه قيد التنفيذ حاليًا.',
  },
  rate_limited: { kind: 'unavailable', en: 'Too many requests. Wait a moment.', ar: 'طلبات كثيرة جدًا. انتظر قليلًا.' },
  busy: { kind: 'unavailable', en: 'We are busy. Try again in a moment.', ar: 'الخدمة مشغولة. حاول بعد قليل.' },
  dependency_down: {
    kind: 'unavailable',
    en: 'A part of the platform does not answer. Try again in a moment.',
    ar: 'جزء من المنصة لا يستجيب. حاول بعد قليل.',
  },
  internal: {
    kind: 'unavailable',
    en: 'Something went wrong on our side. Give support this number: {requestId}.',
    ar: 'حدث خطأ من جانبنا. أعطِ الدعم هذا الرقم: {requestId}.',
  },
} as const satisfies ErrorTexts
