import type { ErrorTexts } from './texts.ts'

/** Refusals of identity. */
export const identityErrors = {
  identifier_invalid: {
    kind: 'invalid',
    en: 'Give an e-mail address or an Egyptian mobile number.',
    ar: 'أدخل بريدًا إلكترونيًا أو رقم موبايل مصريًا.',
  },
  identifier_taken: {
    kind: 'conflict',
    en: 'There is an account with this e-mail or mobile number already. Sign in instead.',
    ar: 'يوجد حساب بهذا البريد أو رقم الموبايل بالفعل. سجّل الدخول بدلًا من ذلك.',
  },
  password_too_short: {
    kind: 'invalid',
    en: 'Choose a password of at least 8 characters.',
    ar: 'اختر كلمة مرور من 8 أحرف على الأقل.',
  },
  password_too_long: {
    kind: 'invalid',
    en: 'A password may have at most 128 characters.',
    ar: 'لا تزيد كلمة المرور على 128 حرفًا.',
  },
  password_too_common: {
    kind: 'invalid',
    en: 'This password is easy to guess. Choose another.',
    ar: 'كلمة المرور هذه سهلة التخمين. اختر غيرها.',
  },
  name_required: { kind: 'invalid', en: 'Give a name.', ar: 'اكتب الاسم.' },
  sign_in_failed: {
    kind: 'unauthenticated',
    en: 'The identifier or the password is wrong.',
    ar: 'بيانات الدخول أو كلمة المرور غير صحيحة.',
  },
  user_deactivated: {
    kind: 'forbidden',
    en: 'This user has been deactivated. Ask support.',
    ar: 'هذا المستخدم موقوف. تواصل مع الدعم.',
  },
  refresh_invalid: {
    kind: 'unauthenticated',
    en: 'Your session has ended. Sign in again.',
    ar: 'انتهت جلستك. سجّل الدخول مرة أخرى.',
  },
  refresh_required: {
    kind: 'invalid',
    en: 'Send the refresh token, in the body or as the cookie of the portal.',
    ar: 'أرسل رمز تجديد الجلسة، في محتوى الطلب أو في ملف ارتباط البوابة.',
  },
  cross_site_refused: {
    kind: 'forbidden',
    en: 'This request may come from our own pages only.',
    ar: 'لا يُقبل هذا الطلب إلا من صفحاتنا.',
  },
} as const satisfies ErrorTexts
