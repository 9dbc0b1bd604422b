-- What a notice's sentence needs to know, so that it can be told in another language than it was first told in.
-- Null for what was told before this was kept: that is told as it was.

alter table notification add column params jsonb;
