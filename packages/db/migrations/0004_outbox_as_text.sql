-- Nobody asks the outbox for a field of an event: it is kept as it was said and published so. Reading JSON into its
-- binary form and writing it out again was work for nothing, twice per event.
alter table outbox alter column data type json using data::text::json;
-- PostgreSQL clears a page of what updates leave behind when less of it is free than the fillfactor leaves: at 70 %
-- that was nearly every update.
alter table aggregate_sequence set (fillfactor = 100);
alter table heard_sequence set (fillfactor = 100);
