-- After a refused card the same checkout takes another: the provider is asked about those payments too.
drop index payment_unsettled;
create index payment_unsettled on payment (touched_at)
  where status in ('opening', 'pending', 'failed', 'cancelling', 'refunding');
