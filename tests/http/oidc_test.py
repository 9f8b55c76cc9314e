"""auth-mode jwt as OpenID providers are used: the program finds their keys over HTTPS, follows a change of keys, and outlives a provider.

The provider is oidc_provider.py; keys and signatures are OpenSSL's own program's.
"""

import concurrent.futures
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from oidc_provider import Key, Provider, make_certificates

BINARY = sys.argv.pop(1)
PATIENCE = 20
FIRST_MAPPED_USER = 2**52
UNLIMITED = {f"FRONTROW_LIMIT_{rule}_BY_USER": "off" for rule in ("JOINS", "POLLS", "LOOKS", "HOLDS", "PAYMENTS", "CHARGES")}


def eventually(holds):
    until = time.monotonic() + PATIENCE
    while not (found := holds()):
        if time.monotonic() > until:
            return found
        time.sleep(0.02)
    return found


class Server:
    def __init__(self, data, *flags):
        self.log_file = tempfile.TemporaryFile("w+", encoding="utf-8")
        clean = {k: v for k, v in os.environ.items() if not k.startswith("FRONTROW_")}
        # In a session of its own: SIGHUP means something else to a server with a terminal.
        self.process = subprocess.Popen(
            [BINARY, "serve", "--port", "0", "--data-dir", data, "--auth-mode", "jwt", "--charge-by", "user",
             *flags],
            stdout=subprocess.PIPE, stderr=self.log_file, text=True, env=clean | UNLIMITED, start_new_session=True)
        found = re.search(r"http://[^ ]+:(\d+)", self.process.stdout.readline())
        self.port = int(found.group(1)) if found else 0

    def log(self):
        self.log_file.seek(0)
        return self.log_file.read()

    def ask(self, token, method="GET", target="/api/v1/points", body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {token}"} | ({"Content-Type": "application/json"} if body else {}) | (headers or {})
        connection.request(method, target, body and json.dumps(body), headers)
        answer = connection.getresponse()
        text = json.loads(answer.read())
        connection.close()
        return answer.status, text, answer.headers

    def status(self, token):
        return self.ask(token)[0]

    def part_of_health(self, name):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/actuator/health")
        health = json.loads(connection.getresponse().read())
        connection.close()
        return health["components"][name]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        return self.process.returncode


class OidcTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="frontrow-oidc-")
        self.addCleanup(shutil.rmtree, self.folder)
        for file in os.listdir(CERTIFICATES):
            shutil.copy(os.path.join(CERTIFICATES, file), self.folder)
        self.provider = Provider(self.folder)
        self.addCleanup(self.provider.stop)
        self.key = Key(self.folder, "first")
        self.provider.keys = [self.key]

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, *flags, subjects="any", floor="1"):
        server = Server(self.path("data"), "--jwt-subjects", subjects, "--jwt-keys-floor-seconds", floor, *flags)
        self.addCleanup(server.log_file.close)
        self.addCleanup(lambda: server.process.poll() is not None or self.assertEqual(server.stop(), 0, server.log()))
        return server

    def discovering(self, *flags, **more):
        return self.start("--jwt-issuer", self.provider.issuer, "--jwt-ca-file", self.path("ca.pem"), *flags, **more)

    def token(self, subject="ann", key=None, **more):
        return (key or self.key).token(self.provider.claims(subject, **more))

    def test_the_keys_are_discovered_and_every_subject_has_a_user(self):
        server = self.discovering("--jwt-audience", "shop", "--jwt-type", "at+jwt", "--jwt-scope", "buy")
        ann = server.ask(self.token("f:1c0d:ann"))[1]["userId"]
        self.assertGreaterEqual(ann, FIRST_MAPPED_USER)
        self.assertEqual(server.ask(self.token("f:1c0d:ann"))[1]["userId"], ann)
        self.assertNotEqual(server.ask(self.token("f:1c0d:ben"))[1]["userId"], ann)
        self.assertEqual(server.ask(self.token("42"))[1]["userId"], 42)
        self.assertEqual(self.provider.asked, ["/realms/shop/.well-known/openid-configuration", "/certs"])
        self.assertEqual(server.part_of_health("tokenKeys")["status"], "UP")
        # After a restart a person is who they were.
        self.assertEqual(server.stop(), 0)
        again = self.discovering()
        self.assertEqual(again.ask(self.token("f:1c0d:ann"))[1]["userId"], ann)

    def test_every_algorithm_of_the_key_set_is_accepted(self):
        keys = [Key(self.folder, name, name) for name in Key.KINDS]
        self.provider.keys = keys
        server = self.discovering()
        for key in keys:
            self.assertEqual(server.status(self.token(key=key)), 200, key.algorithm)
        only = self.discovering_elsewhere("--jwt-algorithm", "PS256, EdDSA")
        self.assertEqual([only.status(self.token(key=key)) for key in keys], [401, 200, 401, 200])

    def discovering_elsewhere(self, *flags):
        server = Server(self.path("other"), "--jwt-subjects", "any", "--jwt-issuer", self.provider.issuer, "--jwt-ca-file",
                        self.path("ca.pem"), *flags)
        self.addCleanup(server.log_file.close)
        self.addCleanup(server.stop)
        return server

    def test_claims_are_judged_as_they_are_set(self):
        server = self.discovering("--jwt-audience", "shop, tickets", "--jwt-type", "at+jwt", "--jwt-scope", "buy",
                                  "--jwt-max-age-seconds", "300", "--jwt-leeway-seconds", "5")
        now = int(time.time())
        for wrong, reason in ((dict(aud="other"), "audience"), (dict(iss="https://evil.example"), "issuer"),
                              (dict(scope="openid"), "scope"), (dict(iat=now - 400), "old"), (dict(exp=now - 6), "expired"),
                              (dict(nbf=now + 60), "not valid yet"), (dict(sub="x" * 256), "user"), (dict(sub=""), "user")):
            status, problem, _ = server.ask(self.token(**({"subject": "ann"} | {k: v for k, v in wrong.items() if k != "sub"}))
                                            if "sub" not in wrong else self.token(wrong["sub"]))
            self.assertEqual((status, problem["code"]), (401, "UNAUTHORIZED"), wrong)
            self.assertIn(reason, problem["detail"], wrong)
        self.assertEqual(server.status(self.key.token(self.provider.claims("ann"), typ="JWT")), 401)
        self.assertEqual(server.status(self.token("ann", aud="tickets")), 200)

    def test_a_new_key_is_read_when_its_first_token_comes(self):
        server = self.discovering()
        self.assertEqual(server.status(self.token()), 200)
        new = Key(self.folder, "second", "EdDSA")
        self.provider.keys = [new]
        # Within the floor it is refused; then a request waits for the reading that it causes.
        self.assertTrue(eventually(lambda: server.status(self.token("new one", key=new)) == 200))
        self.assertEqual(server.status(self.token()), 401, "the old key is gone")
        self.assertEqual(server.part_of_health("tokenKeys")["status"], "UP")

    def test_unknown_keys_do_not_make_the_provider_work(self):
        server = self.discovering(floor="3600")
        self.assertEqual(server.status(self.token()), 200)
        stranger = Key(self.folder, "stranger")
        tokens = [stranger.token(self.provider.claims("ann"), kid=f"unknown {i}") for i in range(20)]
        asked = len(self.provider.asked)
        self.assertEqual({server.status(token) for token in tokens}, {401})
        self.assertEqual(len(self.provider.asked), asked)
        self.assertEqual(server.status(stranger.token(self.provider.claims("ann"), kid="first")), 401)
        self.assertEqual(len(self.provider.asked), asked)

    def test_a_provider_that_is_away_at_the_start_is_waited_for(self):
        port = self.provider.port
        self.provider.stop()
        server = self.discovering()
        status, problem, headers = server.ask(self.token())
        self.assertEqual((status, problem["code"]), (503, "OVERLOADED"), problem)
        self.assertIsNotNone(headers["Retry-After"])
        self.assertEqual(server.part_of_health("tokenKeys")["status"], "DOWN")
        self.provider = Provider(self.folder, port)
        self.addCleanup(self.provider.stop)
        self.provider.keys = [self.key]
        self.assertTrue(eventually(lambda: server.status(self.token()) == 200))
        self.assertEqual(server.part_of_health("tokenKeys")["status"], "UP")

    def test_the_last_good_keys_stay(self):
        server = self.discovering("--jwt-keys-every-seconds", "1")
        self.assertEqual(server.status(self.token()), 200)
        for path, answer in (("/certs", (500, {}, b"")), ("/certs", (200, {}, b"<html>")), ("/certs", (200, {}, b'{"keys":[]}')),
                             ("/certs", (200, {}, b'{"keys":[' + b" " * 600_000 + b"]}")),
                             ("/certs", (302, {"Location": f"https://localhost:{self.provider.port}/elsewhere"}, b"")),
                             ("/certs", (200, {"Content-Encoding": "gzip"}, b"x"))):
            asked = len(self.provider.asked)
            self.provider.answers = {path: answer}
            self.assertTrue(eventually(lambda: len(self.provider.asked) > asked + 1), answer[:2])
            self.assertTrue(eventually(lambda: server.part_of_health("tokenKeys")["status"] == "DOWN"), answer[:2])
            self.assertEqual(server.status(self.token()), 200, answer[:2])
        self.assertNotIn("/elsewhere", self.provider.asked)
        self.provider.answers = {}
        self.assertTrue(eventually(lambda: server.part_of_health("tokenKeys")["status"] == "UP"))

    def test_a_document_of_another_issuer_is_refused(self):
        self.provider.answers["/realms/shop/.well-known/openid-configuration"] = (
            200, {}, json.dumps({"issuer": "https://evil.example", "jwks_uri": f"https://localhost:{self.provider.port}/certs"}).encode())
        server = self.discovering()
        self.assertEqual(server.status(self.token()), 503)
        self.assertIn("another issuer", server.part_of_health("tokenKeys")["detail"])
        self.assertNotIn("/certs", self.provider.asked)

    def test_only_a_trusted_certificate_of_that_name_is_believed(self):
        without_ca = self.start("--jwt-issuer", self.provider.issuer)
        self.assertEqual(without_ca.status(self.token()), 503)
        self.assertEqual(without_ca.stop(), 0)
        by_address = self.start("--jwt-issuer", self.provider.issuer, "--jwt-ca-file", self.path("ca.pem"), "--jwt-key-set-url",
                                f"https://127.0.0.1:{self.provider.port}/certs")
        self.assertEqual(by_address.status(self.token()), 503, "the certificate has no such address")
        self.assertEqual(by_address.stop(), 0)
        self.assertEqual(self.provider.asked, [])
        by_name = self.start("--jwt-issuer", self.provider.issuer, "--jwt-ca-file", self.path("ca.pem"), "--jwt-key-set-url",
                             f"https://localhost:{self.provider.port}/certs")
        self.assertEqual(by_name.status(self.token()), 200)
        self.assertEqual(self.provider.asked, ["/certs"])

    def test_a_provider_that_never_finishes_holds_nobody_up(self):
        release = threading.Event()
        self.addCleanup(release.set)

        def drip(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
            while not release.wait(0.1):
                try:
                    handler.wfile.write(b" ")
                    handler.wfile.flush()
                except OSError:
                    return

        self.provider.answers["/certs"] = drip
        server = self.discovering()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            waiting = [pool.submit(server.ask, self.token()) for _ in range(6)]
            # Others are served meanwhile, by the same threads.
            self.assertTrue(eventually(lambda: "/certs" in self.provider.asked))
            self.assertEqual(server.part_of_health("tokenKeys")["status"], "UP", "not failed yet")
            self.assertEqual({each.result()[0] for each in waiting}, {503})
        self.assertIn("too long", server.log())
        release.set()
        self.assertEqual(server.stop(), 0)

    def test_one_person_on_many_connections_at_once_is_one_user(self):
        server = self.discovering()
        token = self.token("somebody new")
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            asked = [pool.submit(server.ask, token, "POST", "/api/v1/points/charge", {"amount": 10}) for _ in range(64)]
            users = {each.result()[1]["userId"] for each in asked}
        self.assertEqual(len(users), 1)
        self.assertEqual(server.ask(token)[1]["balance"], 640)

    def write_set(self, *keys, text=None, name="keys.json"):
        with open(self.path("keys.new"), "w", encoding="utf-8") as file:
            file.write(text if text is not None else json.dumps({"keys": [key.jwk() for key in keys]}))
        os.rename(self.path("keys.new"), self.path(name))

    def test_a_key_set_in_a_file_is_read_again_when_it_changes(self):
        self.write_set(self.key)
        server = self.start("--jwt-key-set-file", self.path("keys.json"))
        second = Key(self.folder, "second", "RS256")
        self.assertEqual(server.status(self.token()), 200)
        self.assertEqual(server.status(self.token(key=second)), 401)
        self.write_set(text="{")
        self.assertTrue(eventually(lambda: server.part_of_health("tokenKeys")["status"] == "DOWN"))
        self.assertEqual(server.status(self.token()), 200, "the last good keys stay")
        self.write_set(self.key, second)
        self.assertTrue(eventually(lambda: server.status(self.token(key=second)) == 200))
        self.write_set(second)
        self.assertTrue(eventually(lambda: server.status(self.token()) == 401))
        server.process.send_signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: "SIGHUP: the keys of the tokens' issuer are being read again" in server.log()))
        self.assertEqual(server.status(self.token(key=second)), 200)

    def test_a_certificate_is_taken_as_a_key(self):
        subprocess.run(["openssl", "req", "-x509", "-new", "-key", self.key.file, "-days", "1", "-subj", "/CN=signer", "-out",
                        self.path("signer.pem")], check=True, capture_output=True)
        server = self.start("--jwt-algorithm", "ES256", "--jwt-key-file", self.path("signer.pem"), "--jwt-issuer", "anything")
        self.assertEqual(server.status(self.token("ann", iss="anything")), 200)
        self.assertEqual(server.status(self.token("ann")), 401)

    # The passes of joins have keys of the same kinds.
    def joining(self, server, subject, key, **claims):
        concert = server.ask(self.token(), target="/api/v1/concerts")[1]["concerts"][0]["id"]
        claims = {"jti": os.urandom(8).hex(), "exp": int(time.time()) + 100} | claims
        return server.ask(self.token(subject), "POST", "/api/v1/queue/token", {"concertId": concert},
                          headers={"X-Join-Pass": key.token(claims)})[1].get("code", "joined")

    def test_passes_are_verified_with_a_key_set_that_is_read_again(self):
        gateway, second = Key(self.folder, "gateway"), Key(self.folder, "second", "RS256")
        self.write_set(gateway, name="passes.json")
        server = self.discovering("--demo", "--join-pass", "always", "--join-pass-key-set-file", self.path("passes.json"))
        self.assertEqual(self.joining(server, "ann", gateway), "joined")
        self.assertEqual(self.joining(server, "ben", self.key), "JOIN_PASS_INVALID", "a bearer's key signs no passes")
        self.assertEqual(server.status(self.token(key=gateway)), 401, "nor does a pass's key sign anybody in")
        self.write_set(text="{", name="passes.json")
        self.assertTrue(eventually(lambda: server.part_of_health("passKeys")["status"] == "DOWN"))
        self.assertEqual(self.joining(server, "ben", gateway), "joined", "the last good keys stay")
        self.write_set(second, name="passes.json")
        self.assertTrue(eventually(lambda: self.joining(server, "eve", second) == "joined"))
        self.assertEqual(self.joining(server, "dan", gateway), "JOIN_PASS_INVALID")

    def test_passes_are_verified_with_a_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-new", "-key", self.key.file, "-days", "1", "-subj", "/CN=gateway", "-out",
                        self.path("gateway.pem")], check=True, capture_output=True)
        server = self.discovering("--demo", "--join-pass", "always", "--join-pass-algorithm", "ES256", "--join-pass-key-file",
                                  self.path("gateway.pem"))
        self.assertEqual(self.joining(server, "ann", self.key), "joined")
        self.assertEqual(self.joining(server, "ben", Key(self.folder, "other")), "JOIN_PASS_INVALID")
        server.process.send_signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: "SIGHUP: the key of the passes' issuer was read again" in server.log()))
        self.assertEqual(self.joining(server, "ben", self.key), "joined")

    def test_a_start_that_cannot_work_is_refused(self):
        self.write_set(text='{"keys":[]}')
        for flags, reason in (([], "jwt-key-file"),
                              (["--jwt-issuer", "http://id.example"], "https"),
                              (["--jwt-key-set-file", self.path("nothing.json")], "no such file"),
                              (["--jwt-key-set-file", self.path("keys.json")], "no key of it"),
                              (["--jwt-key-set-url", "http://id.example/certs"], "https://"),
                              (["--jwt-key-set-url", "https://id.example/certs", "--jwt-algorithm", "HS256"], "public keys only"),
                              (["--jwt-key-set-url", "https://id.example/certs", "--jwt-key-file", self.path("ca.pem")], "exclude"),
                              (["--jwt-algorithm", "none", "--jwt-key-file", self.path("ca.pem")], "HS256"),
                              (["--jwt-algorithm", "RS256", "--jwt-key-file", self.path("ca.pem")], "RSA")):
            server = self.start(*flags)
            self.assertEqual(server.port, 0, flags)
            self.assertNotEqual(server.process.wait(PATIENCE), 0)
            server.process.stdout.close()
            self.assertIn(reason, server.log(), flags)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="frontrow-oidc-ca-") as CERTIFICATES:
        make_certificates(CERTIFICATES)
        unittest.main(verbosity=1)
