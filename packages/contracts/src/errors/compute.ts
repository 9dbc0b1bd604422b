import type { ErrorTexts } from './texts.ts'

/** Refusals of compute. */
export const computeErrors = {
  vm_name_taken: {
    kind: 'conflict',
    en: 'You already have a server of this name.',
    ar: 'لديك خادم بهذا الاسم بالفعل.',
  },
  vm_type_unknown: {
    kind: 'invalid',
    en: 'There is no such size of server.',
    ar: 'لا يوجد حجم خادم بهذا الاسم.',
  },
  image_unknown: { kind: 'invalid', en: 'There is no such image.', ar: 'لا توجد صورة نظام بهذا الاسم.' },
  image_needs_memory: {
    kind: 'invalid',
    en: 'This image needs a size with at least {memoryMib} MiB of memory.',
    ar: 'تحتاج صورة النظام هذه إلى حجم بذاكرة لا تقل عن {memoryMib} ميبيبايت.',
  },
  site_unknown: { kind: 'invalid', en: 'There is no such site.', ar: 'لا يوجد موقع بهذا الرقم.' },
  ssh_key_unknown: { kind: 'invalid', en: 'You have no such SSH key.', ar: 'لا يوجد لديك مفتاح SSH بهذا الرقم.' },
  ssh_key_private: {
    kind: 'invalid',
    en: 'This is a private key. Keep it to yourself and send the public one.',
    ar: 'هذا مفتاح خاص. احتفظ به لنفسك وأرسل المفتاح العام.',
  },
  ssh_key_malformed: {
    kind: 'invalid',
    en: 'This is not an OpenSSH public key on one line.',
    ar: 'هذا ليس مفتاح OpenSSH عامًا في سطر واحد.',
  },
  ssh_key_type: {
    kind: 'invalid',
    en: 'Keys of this type are not accepted. Use Ed25519, ECDSA or RSA.',
    ar: 'هذا النوع من المفاتيح غير مقبول. استخدم Ed25519 أو ECDSA أو RSA.',
  },
  ssh_key_weak: {
    kind: 'invalid',
    en: 'An RSA key must have between 2048 and 16384 bits.',
    ar: 'يجب أن يكون طول مفتاح RSA بين 2048 و16384 بت.',
  },
  ssh_key_name_taken: {
    kind: 'conflict',
    en: 'You already have an SSH key of this name.',
    ar: 'لديك مفتاح SSH بهذا الاسم بالفعل.',
  },
  ssh_key_taken: {
    kind: 'conflict',
    en: 'You already have this SSH key under another name.',
    ar: 'لديك مفتاح SSH هذا باسم آخر بالفعل.',
  },
  no_host: {
    kind: 'unavailable',
    en: 'No host is ready to take servers at the moment.',
    ar: 'لا يوجد مضيف جاهز لاستقبال الخوادم حاليًا.',
  },
  image_not_on_host: {
    kind: 'unavailable',
    en: 'No host has this image ready yet.',
    ar: 'صورة النظام هذه غير جاهزة على أي مضيف بعد.',
  },
  host_full: {
    kind: 'conflict',
    en: 'There is no room for a server of this size.',
    ar: 'لا توجد سعة لخادم بهذا الحجم.',
  },
  network_pool_empty: {
    kind: 'unavailable',
    en: 'There is no network address left to give.',
    ar: 'لم تعد هناك عناوين شبكة متاحة.',
  },
  site_short_of_power: {
    kind: 'conflict',
    en: 'The site is short of power; servers of this supply class start again when the sun returns.',
    ar: 'الموقع يعاني نقصًا في الطاقة؛ تعود خوادم هذه الفئة إلى العمل مع عودة الشمس.',
  },
  account_suspended: {
    kind: 'forbidden',
    en: 'The account is suspended. Settle the open invoice first.',
    ar: 'الحساب موقوف. سدّد الفاتورة المستحقة أولًا.',
  },
  vm_held: {
    kind: 'forbidden',
    en: 'An operator has stopped this server. Ask support.',
    ar: 'أوقف المشغّل هذا الخادم. تواصل مع الدعم.',
  },
  vm_not_running: { kind: 'conflict', en: 'The server is not running.', ar: 'الخادم لا يعمل حاليًا.' },
  vm_being_deleted: { kind: 'conflict', en: 'The server is being deleted.', ar: 'يجري حذف الخادم.' },
} as const satisfies ErrorTexts
