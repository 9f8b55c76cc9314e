"""An OpenID provider for tests: HTTPS, a discovery document, a key set that a test changes, and the tokens that it signs.

Keys and signatures are made by the command openssl, so that they come from another program than the one under test.
"""

import base64
import http.server
import json
import os
import re
import ssl
import subprocess
import threading
import time


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


class Key:
    """A private key of one algorithm: RS256, PS256, ES256 or EdDSA."""

    KINDS = {
        "RS256": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
        "PS256": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
        "ES256": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
        "EdDSA": ("-algorithm", "ED25519"),
    }

    def __init__(self, folder, kid, algorithm="ES256"):
        self.kid, self.algorithm = kid, algorithm
        self.file = os.path.join(folder, f"{kid}.pem")
        openssl("genpkey", *self.KINDS[algorithm], "-out", self.file)

    def jwk(self):
        public = openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")
        jwk = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "ES256":
            return jwk | {"kty": "EC", "crv": "P-256", "x": base64url(public[-64:-32]), "y": base64url(public[-32:])}
        if self.algorithm == "EdDSA":
            return jwk | {"kty": "OKP", "crv": "Ed25519", "x": base64url(public[-32:])}
        text = openssl("rsa", "-pubin", "-inform", "DER", "-modulus", "-noout", data=public).decode()
        return jwk | {"kty": "RSA", "n": base64url(bytes.fromhex(re.search(r"Modulus=(\w+)", text).group(1))), "e": "AQAB"}

    def sign(self, message):
        if self.algorithm == "EdDSA":  # the command wants a file for this algorithm
            with open(self.file + ".message", "wb") as file:
                file.write(message)
            return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.file, "-in", self.file + ".message")
        padding = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"] if self.algorithm == "PS256" else []
        signature = openssl("dgst", "-sha256", *padding, "-sign", self.file, data=message)
        return self.raw(signature) if self.algorithm == "ES256" else signature

    @staticmethod
    def raw(der):
        """r and s as 32 bytes each, out of a DER sequence of two integers."""
        numbers, at = b"", 2
        for _ in range(2):
            size = der[at + 1]
            numbers += int.from_bytes(der[at + 2:at + 2 + size], "big").to_bytes(32, "big")
            at += 2 + size
        return numbers

    def token(self, claims, **header):
        header = {"alg": self.algorithm, "typ": "at+jwt", "kid": self.kid} | header
        parts = [base64url(json.dumps(part).encode()) for part in (header, claims)]
        message = ".".join(parts).encode()
        return message.decode() + "." + base64url(self.sign(message))


def make_certificates(folder):
    """ca.pem, and a certificate for localhost and 127.0.0.1 that it has signed."""
    path = lambda name: os.path.join(folder, name)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=Test CA",
            "-keyout", path("ca.key"), "-out", path("ca.pem"))
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=provider",
            "-keyout", path("server.key"), "-out", path("server.csr"))
    with open(path("names"), "w", encoding="ascii") as file:
        file.write("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", path("server.csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial",
            "-days", "2", "-extfile", path("names"), "-out", path("server.pem"))


class Provider:
    """Serves what the test puts into `answers`: path -> (status, headers, body) or a function that writes to the handler."""

    def __init__(self, folder, port=0):
        self.asked = []
        self.keys = []
        self.answers = {}
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = 20

            def do_GET(self):
                provider.asked.append(self.path)
                answer = provider.answers.get(self.path) or provider.usual(self.path)
                if callable(answer):
                    answer(self)
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):  # clients that refuse the certificate
                pass

        self.server = Server(("127.0.0.1", port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))
        # The handshake is the handler's, so that a client without TLS holds nobody up.
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.issuer = f"https://localhost:{self.port}/realms/shop"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def usual(self, path):
        if path == "/realms/shop/.well-known/openid-configuration":
            return 200, {}, json.dumps({"issuer": self.issuer, "jwks_uri": f"https://localhost:{self.port}/certs"}).encode()
        if path == "/certs":
            return 200, {"Content-Type": "application/json"}, json.dumps({"keys": [key.jwk() for key in self.keys]}).encode()
        return 404, {}, b""

    def claims(self, subject, **more):
        now = int(time.time())
        return {"iss": self.issuer, "aud": ["account", "shop"], "sub": subject, "iat": now, "exp": now + 600,
                "scope": "openid buy"} | more

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
