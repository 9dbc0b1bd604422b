# Sourced by init. OpenSSH: keys made at first boot, login by key alone.
key=/etc/ssh/ssh_host_ed25519_key

make_host_key() {
  ssh-keygen -A > /dev/null
  cat "$key.pub"
}

run_ssh_server() {
  mkdir -p /run/sshd
  exec /usr/sbin/sshd -D -e
}
