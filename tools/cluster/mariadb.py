"""MariaDB: a primary that loses no acknowledged commit (row binlog, both flushes), and a replica that follows it by GTID."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from .process import Failed, program, wait_until
from .secrets_file import password

NAMES = ["mysql-primary", "mysql-replica"]
PACKAGE = "mariadb-server"


def _user():
    """The user's name: it may be root over the socket."""
    return pwd.getpwuid(os.geteuid()).pw_name


class MariaDb:
    names = NAMES

    def __init__(self, processes):
        self.processes = processes
        self.directory = processes.directory
        self.password_file = self.directory / "mysql.password"

    def socket(self, name):
        path = self.directory / f"{name}.sock"
        if len(str(path)) < 100:  # the system's limit for a socket's path is 107
            return path
        return Path(tempfile.gettempdir()) / f"frontrow-{hashlib.sha256(str(path).encode()).hexdigest()[:16]}.sock"

    def sql(self, name, statement, seconds=20):
        """Runs statements as root over the socket; the rows, tab separated."""
        done = subprocess.run([program("mariadb", PACKAGE), "--no-defaults", f"--socket={self.socket(name)}", f"--user={_user()}",
                               "--batch", "--skip-column-names"], input=statement, capture_output=True, text=True, timeout=seconds, check=False)
        if done.returncode:
            raise Failed(f"{name}: {done.stderr.strip()}")
        return done.stdout.strip()

    def start(self):
        is_new = not (self.directory / NAMES[0]).exists()
        if is_new:
            self._install()
        for name in NAMES:
            self.start_one(name)
        if is_new:
            self._make_users()
            self._follow()
        self._wait_for_replica()

    def start_one(self, name):
        if self.processes.start(name, self._command(name)):
            wait_until(f"{name} answers ({self.directory}/{name}.log)", lambda: self._answers(name), 60)

    def environment(self):
        primary, replica = NAMES
        return {
            "MYSQL_PRIMARY": f"127.0.0.1:{self.processes.port(primary)}",
            "MYSQL_REPLICAS": f"127.0.0.1:{self.processes.port(replica)}",
            "MYSQL_USER": "frontrow",
            "MYSQL_PASSWORD_FILE": self.password_file,
            "MYSQL_PRIMARY_SOCKET": self.socket(primary),
            "MYSQL_REPLICA_SOCKET": self.socket(replica),
            "MYSQL_ROOT_USER": _user(),
        }

    def _command(self, name):
        # A server that starts deletes the temporary tables it finds in its folder for them: a shared one has those of other servers.
        temporary = self.directory / f"{name}.tmp"
        temporary.mkdir(exist_ok=True)
        command = [
            program("mariadbd", PACKAGE), "--no-defaults", f"--datadir={self.directory / name}", f"--socket={self.socket(name)}",
            f"--tmpdir={temporary}", f"--pid-file={self.directory / name}.pid", f"--port={self.processes.port(name)}", "--bind-address=127.0.0.1",
            "--skip-name-resolve", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci",
            "--log-bin=binlog", "--binlog-format=ROW", "--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1", "--gtid-strict-mode=ON",
            "--log-bin-trust-function-creators=ON",
            "--innodb-buffer-pool-size=96M", "--innodb-log-file-size=96M", "--max-connections=300",
        ]
        command += ["--server-id=1"] if name == NAMES[0] else ["--server-id=2", "--read-only=ON", "--relay-log=relay"]
        return command + (["--user=root"] if os.geteuid() == 0 else [])

    def _install(self):
        """One fresh data folder, copied for the replica: so both begin at the same empty history."""
        primary, replica = (self.directory / name for name in NAMES)
        done = subprocess.run([program("mariadb-install-db", PACKAGE), "--no-defaults", f"--datadir={primary}", f"--user={_user()}",
                               "--auth-root-authentication-method=socket", f"--auth-root-socket-user={_user()}",
                               "--skip-test-db", "--innodb-log-file-size=96M"], capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            shutil.rmtree(primary, ignore_errors=True)
            raise Failed(f"mariadb-install-db: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
        shutil.rmtree(replica, ignore_errors=True)
        shutil.copytree(primary, replica)

    def _make_users(self):
        self.sql(NAMES[0], f"""
            CREATE DATABASE frontrow;
            CREATE USER frontrow@'127.0.0.1' IDENTIFIED BY '{password(self.password_file)}';
            GRANT ALL ON `frontrow%`.* TO frontrow@'127.0.0.1';
            CREATE USER replication@'127.0.0.1' IDENTIFIED BY '{password(self.directory / "replication.password")}';
            GRANT REPLICATION SLAVE ON *.* TO replication@'127.0.0.1';""")

    def _follow(self):
        self.sql(NAMES[1], f"""
            CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={self.processes.port(NAMES[0])}, MASTER_USER='replication',
              MASTER_PASSWORD='{password(self.directory / "replication.password")}', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1;
            START SLAVE;""")

    def _wait_for_replica(self):
        """Waits until all of the primary's writes so far have arrived: only then replication really runs."""
        position = self.sql(NAMES[0], "SELECT @@gtid_binlog_pos")
        if self.sql(NAMES[1], f"SELECT MASTER_GTID_WAIT('{position}', 30)", 40) != "0":
            raise Failed(f"mysql-replica does not follow: {self.sql(NAMES[1], 'SHOW SLAVE STATUS')}")

    def _answers(self, name):
        if not self.processes.pid(name):
            raise Failed(f"{name} ended:\n{self.processes.tail(name)}")
        try:
            return self.sql(name, "SELECT 1") == "1"
        except Failed:
            return False
