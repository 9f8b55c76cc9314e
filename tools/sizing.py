#!/usr/bin/env python3
"""What a month costs, from our measurements and a list of prices: sizing.py [--prices docs/operations/prices.csv] [--write]

Measurements are read from bench/RESULTS.md and bench/RESULTS-cluster.md, prices from the list. --write puts the tables into
docs/operations/sizing.md.
"""

import argparse
import csv
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "operations" / "sizing.md"
PRICES = PAGE.parent / "prices.csv"
HOURS = 730  # of a month

# What is assumed beside prices and measurements; change it here.
RATE = 10_000  # requests a second while a sale runs
SALE_HOURS = 20  # of a month
PEOPLE = 50_000
ANSWER_KB = 1.5  # of an answer, headers and all, on the way to people: mostly polls and seat maps of a hall of 50
KEPT = 0.2  # of requests that the edge answers by itself
LOG_GB = 20  # of a month
HEADROOM = 4  # times the processor time that was measured


def figure(file, name):
    found = re.search(rf"^\| {re.escape(name)} \| ([\d,.]+) \|", (ROOT / "bench" / file).read_text(), re.M)
    if not found:
        raise SystemExit(f"sizing: {file} has no figure '{name}'")
    return float(found[1].replace(",", ""))


def measurements():
    rush = figure("RESULTS.md", "rush: requests a second") * figure("RESULTS.md", "rush: seconds until all have left")
    return {
        "pod_us": figure("RESULTS-cluster.md", "on-sale: two pods, µs of the pods' processor time a request"),
        "hold_us": figure("RESULTS-cluster.md", "holds: two pods, µs of the database's processor time each, all of the run"),
        "holds": figure("RESULTS-cluster.md", "holds: two pods, a second"),
        "connection": figure("RESULTS.md", "poll: memory of a connection, bytes"),
        "ticket": figure("RESULTS.md", "poll: memory of a waiting ticket, bytes"),
        "rush_requests": rush,
    }


def fixed(price):
    """The parts of envs/prod, whatever people do: what, how many, of what price, hours or months."""
    hours = [("EKS", 1, "eks"), ("nodes of the system", 3, "node-system"), ("nodes for pods", 3, "node-pods"),
             ("MySQL: primary and standby", 1, "mysql-primary"), ("MySQL: replicas", 2, "mysql-replica"), ("Redis", 3, "redis-node"),
             ("Kafka", 3, "kafka-broker"), ("NAT", 3, "nat"), ("AWS services in three zones", 15, "endpoint"), ("balancer", 1, "balancer")]
    months = [("MySQL: 500 GB", 500, "mysql-storage"), ("replicas: 2 × 500 GB", 1000, "replica-storage"), ("Kafka: 3 × 500 GB", 1500, "kafka-storage"),
              ("keys", 6, "keys"), ("secrets", 3, "secret"), ("firewall", 1, "firewall"), ("logs, GB", LOG_GB, "logs")]
    return [(what, count, price[name] * HOURS, count * price[name] * HOURS) for what, count, name in hours] + \
           [(what, count, price[name], count * price[name]) for what, count, name in months]


def moving(price, requests):
    """What so many requests cost: by what, how many, price, sum."""
    millions, gigabytes = requests / 1e6, requests * ANSWER_KB / 1e6
    passed = gigabytes * (1 - KEPT)  # a balancer's unit is 1 GB in an hour; its other measures are smaller here
    return [("requests at the edge, millions", millions, price["edge-requests"]), ("the firewall's look at them, millions", millions, price["firewall-requests"]),
            ("GB to people", gigabytes, price["edge-bytes"]), ("GB through the balancer", passed, price["balancer-unit"])]


def money(amount):
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:,.2f}"


def tables(price, of):
    cores, database = RATE * of["pod_us"] / 1e6, of["holds"] * of["hold_us"] / 1e6
    lines = ["| what | arithmetic | |", "|---|---|---:|",
             f"| processors of all pods at {RATE:,} requests a second | {RATE:,} × {of['pod_us']} µs | {cores:.2f} |",
             f"| the same with headroom | × {HEADROOM} | {cores * HEADROOM:.1f} |",
             f"| processors of MySQL at the {of['holds']:,.0f} holds a second that two pods made | × {of['hold_us']:.0f} µs | {database:.2f} |",
             f"| memory of {PEOPLE:,} who wait with an open connection | {PEOPLE:,} × ({of['connection']:.0f} + {of['ticket']:.0f}) bytes | {PEOPLE * (of['connection'] + of['ticket']) / 2**20:.0f} MiB |",
             f"| requests of one person from the queue to the exit | {of['rush_requests']:,.0f} / {PEOPLE:,} | {of['rush_requests'] / PEOPLE:.1f} |", ""]
    parts = fixed(price)
    lines += ["| there all month | how many | USD each | USD |", "|---|---:|---:|---:|"]
    lines += [f"| {what} | {count:,} | {money(each)} | {money(total)} |" for what, count, each, total in parts]
    base = sum(total for *_, total in parts)
    lines += [f"| **sum** | | | **{money(base)}** |", ""]
    columns = {f"one rush of {PEOPLE:,} people": of["rush_requests"], f"{SALE_HOURS} hours at {RATE:,} a second": RATE * 3600 * SALE_HOURS,
               f"{RATE:,} a second all month": RATE * 3600 * HOURS}
    costs = {name: moving(price, requests) for name, requests in columns.items()}
    lines += ["| by requests, USD | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    lines += ["| " + " | ".join([what, *(money(cost[row][1] * cost[row][2]) for cost in costs.values())]) + " |"
              for row, (what, *_) in enumerate(next(iter(costs.values())))]
    sums = {name: sum(count * each for _, count, each in cost) for name, cost in costs.items()}
    lines += ["| **sum** | " + " | ".join(f"**{money(each)}**" for each in sums.values()) + " |",
              "| **with what is there all month** | " + " | ".join(f"**{money(base + each)}**" for each in sums.values()) + " |"]
    return "\n".join(lines)


def page(price, of):
    before, rest = PAGE.read_text().split("<!-- tables of ")
    return f"{before}<!-- tables of {json.dumps(of)} -->\n{tables(price, of)}\n<!-- /tables -->\n" + rest.split("<!-- /tables -->\n")[1]


def measurements_of_page():
    """What the page was made with; `make bench` makes it anew."""
    return json.loads(re.search(r"<!-- tables of (.*) -->", PAGE.read_text())[1])


def read_prices(path):
    with open(path, newline="") as file:
        return {row["name"]: float(row["usd"]) for row in csv.DictReader(file)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prices", type=Path, default=PRICES)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    price, of = read_prices(options.prices), measurements()
    if options.write:
        PAGE.write_text(page(price, of))
    else:
        print(tables(price, of))
    return 0


if __name__ == "__main__":
    sys.exit(main())
