# Sourced by init. Dropbear: an Ed25519 key made at first boot, login by key alone.
key=/etc/dropbear/dropbear_ed25519_host_key

make_host_key() {
  mkdir -p /etc/dropbear
  [ -s "$key" ] || { dropbearkey -t ed25519 -f "$key.new" > /dev/null 2>&1 && mv "$key.new" "$key"; }
  dropbearkey -y -f "$key" | grep '^ssh-'
}

run_ssh_server() {
  exec dropbear -F -E -s -r "$key" -p 22
}
