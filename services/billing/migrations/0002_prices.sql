-- The first price list, in Egyptian pounds without VAT: per vCPU-hour, GiB-hour of memory, GiB-hour of disk.
insert into price_list (id, code, currency, valid_from) values (1, 'EG-2026-1', 'EGP', '2020-01-01T00:00:00Z');
insert into price (price_list_id, supply_class, kind, unit_price) values
  (1, 'solar_only',     'vcpu',   0.18),
  (1, 'solar_only',     'memory', 0.07),
  (1, 'solar_only',     'disk',   0.0021),
  (1, 'battery_backed', 'vcpu',   0.31),
  (1, 'battery_backed', 'memory', 0.11),
  (1, 'battery_backed', 'disk',   0.0021),
  (1, 'always_on',      'vcpu',   0.52),
  (1, 'always_on',      'memory', 0.19),
  (1, 'always_on',      'disk',   0.0024);
-- Egypt's standard rate (law 67 of 2016).
insert into tax_rate (code, percent, valid_from) values ('EG-VAT', 14, '2017-07-01T00:00:00Z');
