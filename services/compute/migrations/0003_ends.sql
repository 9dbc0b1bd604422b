-- What is asked several times a second must not cost more with each VM and each run that ever was.
create index vm_stop on vm (stop_at) where stop_at is not null and deleted_at is null;
create index vm_resume on vm (resume_at) where resume_at is not null and deleted_at is null;
create index vm_run_end on vm_run (site_id, coalesce(to_at, 'infinity'));
drop index vm_run_site;
