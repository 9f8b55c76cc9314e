#!/usr/bin/env python3
"""Every scenario of frontrow-bench, briefly, against a real server; and proof that a broken store makes a run fail.

smoke_test.py BUILD-DIRECTORY
"""

import sqlite3
import subprocess
import sys
import unittest
from pathlib import Path

from programs import Server, endpoint, remove, run_bench, run_json, scratch_directory

BUILD = Path(sys.argv.pop(1) if len(sys.argv) > 1 else "build/release").resolve()


class Smoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = scratch_directory()
        cls.server = Server(BUILD, cls.directory / "data", "--hold-seconds", "1")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        remove(cls.directory)

    def bench(self, scenario, *options, **kwargs):
        result = run_bench(BUILD, self.server, scenario, "--timeout-ms", "30000", *options, seconds_at_most=120, **kwargs)
        self.assertTrue(result["check"]["clean"], result["text"])
        self.assertEqual(result["check"]["audit"], "clean")
        self.assertEqual(result["errors"], 0, result["text"])
        return result

    def test_seats_are_read_by_distinct_users(self):
        result = self.bench("seats", "--seconds", 0.4, "--users", 50, "--connections", 8)
        self.assertGreater(endpoint(result, "seats")["ok"]["count"], 10)

    def test_everybody_who_wants_a_seat_of_their_own_gets_it(self):
        result = self.bench("hold", "--users", 300, "--connections", 16, "--seats-per-schedule", 100)
        self.assertEqual(endpoint(result, "hold")["ok"]["count"], 300)
        self.assertEqual(result["check"]["toldHolds"], 300)

    def test_of_those_who_want_the_same_seats_one_each_gets_them(self):
        result = self.bench("hot-seat", "--seconds", 0.4, "--users", 100, "--connections", 16, "--seats", 3)
        hold = endpoint(result, "hold")
        self.assertGreater(hold["refused"]["count"], 0)
        self.assertGreaterEqual(hold["ok"]["count"], 3)

    def test_pay_and_purchase_sell_every_seat(self):
        self.assertEqual(self.bench("pay", "--users", 100, "--connections", 16)["check"]["toldPayments"], 100)
        result = self.bench("purchase", "--users", 100, "--connections", 16, "--processes", 2)
        self.assertEqual(result["check"]["toldPayments"], 100)
        self.assertEqual(endpoint(result, "poll")["ok"]["count"], 100)

    def test_who_is_on_sale_looks_before_buying(self):
        result = self.bench("on-sale", "--users", 60, "--connections", 16, "--seats-per-schedule", 60, "--more-ports", self.server.port)
        self.assertEqual(result["check"]["toldPayments"], 60)
        self.assertEqual(endpoint(result, "poll")["ok"]["count"], 360)
        self.assertEqual(endpoint(result, "seats")["ok"]["count"], 360)

    def test_an_open_loop_begins_as_many_journeys_as_asked(self):
        result = self.bench("seats", "--seconds", 0.5, "--rate", 200, "--poisson", "--users", 20, "--connections", 8)
        self.assertAlmostEqual(result["requests"], 100, delta=50)

    def test_pollers_move_up_and_leave(self):
        result = self.bench("poll", "--seconds", 2.2, "--users", 40, "--waiting", 10, "--max-active", 5, "--admissions", 100, "--connections", 4)
        self.assertGreater(endpoint(result, "poll")["ok"]["count"], 10)

    def test_a_rush_sells_out_and_writes_a_page(self):
        page = self.directory / "rush.html"
        result = self.bench("rush", "--users", 150, "--seats", 40, "--seats-per-schedule", 20, "--max-active", 40, "--admissions", 1000,
                            "--think-ms", 20, "--seconds", 60, "--connections", 16, "--connections-inside", 8, "--html", page)
        self.assertEqual(result["usersLeft"], 0)
        self.assertIn('"scenario":"rush"', page.read_text())

    def test_what_was_told_can_be_compared_again(self):
        told = self.directory / "told"
        self.bench("pay", "--users", 20, "--connections", 4, "--told", told)
        again = run_bench(BUILD, self.server, "verify", "--told", told)
        self.assertIn("20 payments", again["text"])


class BrokenStore(unittest.TestCase):
    """A seat is sold twice behind the server's back."""

    def setUp(self):
        self.directory = scratch_directory()
        self.data = self.directory / "data"

    def tearDown(self):
        remove(self.directory)

    def break_store(self):
        store = sqlite3.connect(next(self.data.glob("*.db")))
        reservation, seat = store.execute(
            "SELECT reservation_id, seat_id FROM reservation_seats JOIN reservations ON id = reservation_id"
            " WHERE status = 'CONFIRMED' LIMIT 1").fetchone()
        other = store.execute("SELECT id FROM reservations WHERE status = 'CONFIRMED' AND id <> ? LIMIT 1", (reservation,)).fetchone()[0]
        store.execute("DROP INDEX idx_active_seat_reservation")
        store.execute("UPDATE reservation_seats SET seat_id = ? WHERE reservation_id = ?", (seat, other))
        store.commit()
        store.close()

    def sell_twenty(self, server):
        told = self.directory / "told"
        run_bench(BUILD, server, "pay", "--users", 20, "--connections", 4, "--told", told)
        return told

    def expect_a_failing_comparison(self, server, told):
        again = run_bench(BUILD, server, "verify", "--told", told, "--audit-command", "none", check=False)
        self.assertEqual(again["exitCode"], 1, again["text"])
        self.assertIn("MISMATCH", again["text"])

    def expect_a_failing_run(self, server):
        later = run_bench(BUILD, server, "hold", "--users", 10, "--connections", 2, check=False)
        self.assertEqual(later["exitCode"], 1, later["text"])
        self.assertIn("BROKEN", later["text"])

    def test_while_it_was_stopped_fails_the_comparison_and_the_next_run(self):
        with Server(BUILD, self.data) as server:
            told = self.sell_twenty(server)
        self.break_store()
        with Server(BUILD, self.data) as server:
            self.expect_a_failing_comparison(server, told)
            self.expect_a_failing_run(server)

    def test_while_it_runs_fails_the_next_run(self):
        with Server(BUILD, self.data) as server:
            self.sell_twenty(server)  # whose comparison has read the feed: its pages are rendered, and past ones never change
            self.break_store()
            self.expect_a_failing_run(server)


class RawLoop(unittest.TestCase):
    """The limit that holds and purchases are compared with leaves the rows of a real sale."""

    def test_its_rows_break_no_rule(self):
        directory = scratch_directory()
        self.addCleanup(remove, directory)
        for what in ("hold", "purchase"):
            with self.subTest(what):
                done = run_json([BUILD / "raw_sqlite", directory / what, what, 16, 0.2, 2_000, 100])["done"]
                self.assertGreaterEqual(done, 16)
                audit = subprocess.run([BUILD / "frontrow", "audit", "--data-dir", directory / what],
                                       stdout=subprocess.PIPE, text=True, timeout=60, check=False)
                self.assertRegex(audit.stdout, r"(?m)^clean$")
                self.assertRegex(audit.stdout, rf"(?m)^ok +E1 +{2 * 100 + done * (1 if what == 'hold' else 2)} checked")


class History(unittest.TestCase):
    def setUp(self):
        self.directory = scratch_directory()
        self.addCleanup(remove, self.directory)

    def test_made_past_sales_break_no_rule_and_the_sale_goes_on(self):
        data = self.directory / "data"
        made = subprocess.run(
            [sys.executable, Path(__file__).with_name("history.py"), BUILD, data, "--dates", "6", "--seats", "100",
             "--dates-per-concert", "4", "--users", "50", "--never-called", "5"],
            stdout=subprocess.PIPE, text=True, timeout=120, check=False)
        self.assertEqual(made.returncode, 0, made.stdout)
        self.assertRegex(made.stdout, r"(?m)^clean$")
        self.assertRegex(made.stdout, r"(?m)^ok +M2 +570 checked +0 broken")
        with Server(BUILD, data) as server:
            result = run_bench(BUILD, server, "purchase", "--users", 50, "--connections", 8, "--timeout-ms", "30000")
        self.assertEqual(result["check"]["audit"], "clean")
        self.assertEqual(result["check"]["toldPayments"], 50)

    def test_history_is_made_only_in_an_empty_sale(self):
        command = [sys.executable, Path(__file__).with_name("history.py"), BUILD, self.directory / "data", "--dates", "1", "--seats", "10"]
        self.assertEqual(subprocess.run(command, stdout=subprocess.DEVNULL, timeout=120, check=False).returncode, 0)
        again = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("has concerts already", again.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
