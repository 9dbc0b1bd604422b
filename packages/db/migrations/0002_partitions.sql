-- Making a partition needs the table for itself for a moment. It gives up early and is called again, rather than
-- have everybody who emits queue up behind it.
alter function keep_partitions(date, integer, integer) set lock_timeout = '250ms';
