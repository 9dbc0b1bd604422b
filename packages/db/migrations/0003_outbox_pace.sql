-- `emit` refuses what these refused, and is the only way in. PostgreSQL reads every check constraint from its stored
-- form again in each statement, which was 40 % of the work of an event's insert.
alter table outbox
  drop constraint outbox_type_check,
  drop constraint outbox_subject_check,
  drop constraint outbox_sequence_check,
  drop constraint outbox_data_check,
  drop constraint outbox_check;
alter table aggregate_sequence drop constraint aggregate_sequence_sequence_check;

-- Notes where the events of a day came to lie in the stream, while `of_epoch` leads; false when another does by now.
-- A plan that was made while the day was young would read all of it for every batch: `= any` leads it to the key.
create function mark_published(of_day date, of_epoch bigint, ids bigint[], seqs bigint[]) returns boolean
language plpgsql set enable_seqscan = off as $$
begin
  perform from leader where name = 'relay' and epoch = of_epoch for share;
  if not found then
    return false;
  end if;
  update outbox o set published_at = now(), stream_seq = placed.seq
    from unnest(ids, seqs) as placed (id, seq)
   where o.day = of_day and o.id = any (ids) and o.id = placed.id;
  update relay set highest_seq = greatest(highest_seq, (select max(seq) from unnest(seqs) as placed (seq)));
  return true;
end $$;
