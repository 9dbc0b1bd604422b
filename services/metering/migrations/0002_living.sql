-- What an account's living VMs have used in this hour is asked with every look at its usage.
create index meter_living on meter (account_id, vm_id) where due_at is not null;
