#!/usr/bin/env python3
"""Keeps what became of each reservation, from Kafka into SQLite: consume_events.py BROKERS FILE [--from-offset N] [--until-caught-up]

The effect, the highest `seq` and the next offset are one transaction of the database. So a crash at any moment repeats records and loses none, and a
record that comes again changes nothing: each event has its effect exactly once, in this database. docs/consumers.md has the rest.
Needs kafka-python (requirements.txt beside this file). KAFKA_SETTINGS: JSON with more of its settings, as security_protocol and sasl_….
"""

import argparse
import json
import os
import sqlite3
import sys

from kafka import KafkaConsumer, TopicPartition

TOPICS = {"reservation.created": "held", "reservation.expired": "expired", "reservation.cancelled": "cancelled", "payment.completed": "sold"}


def apply(db, record):
    """Says whether the record was new."""
    event = json.loads(record.value)
    data = event["data"]
    # One statement decides: a `seq` that is not above the highest one seen is dropped.
    return db.execute("INSERT INTO reservations VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, state = excluded.state "
                      "WHERE excluded.seq > seq",
                      (data["reservationId"], event["seq"], TOPICS[event["type"]], data["scheduleId"], data["amount"])).rowcount > 0


def start(db, consumer, from_offset):
    partitions = [TopicPartition(topic, number) for topic in TOPICS for number in sorted(consumer.partitions_for_topic(topic) or ())]
    consumer.assign(partitions)
    first, last = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    stored = {TopicPartition(topic, number): offset for topic, number, offset in db.execute("SELECT * FROM offsets")}
    for partition in partitions:
        wanted = stored.get(partition, 0) if from_offset is None else from_offset
        if wanted < first[partition] and wanted > 0:
            print(f"{partition}: Kafka has deleted what was before {first[partition]}; read the present state from the API", file=sys.stderr)
        consumer.seek(partition, min(max(wanted, first[partition]), last[partition]))
    return last


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("brokers")
    parser.add_argument("file")
    parser.add_argument("--from-offset", type=int)
    parser.add_argument("--until-caught-up", action="store_true")
    options = parser.parse_args()
    db = sqlite3.connect(options.file)
    db.execute("CREATE TABLE IF NOT EXISTS reservations (id INTEGER PRIMARY KEY, seq INTEGER, state TEXT, schedule INTEGER, amount INTEGER)")
    db.execute("CREATE TABLE IF NOT EXISTS offsets (topic TEXT, number INTEGER, next INTEGER, PRIMARY KEY (topic, number))")
    consumer = KafkaConsumer(bootstrap_servers=options.brokers, enable_auto_commit=False, **json.loads(os.environ.get("KAFKA_SETTINGS", "{}")))
    end, new, dropped = start(db, consumer, options.from_offset), 0, 0
    while not options.until_caught_up or any(consumer.position(partition) < offset for partition, offset in end.items()):
        for partition, records in consumer.poll(timeout_ms=500, max_records=100).items():
            with db:  # BEGIN … COMMIT
                fresh = sum(apply(db, record) for record in records)
                db.execute("REPLACE INTO offsets VALUES (?, ?, ?)", (*partition[:2], records[-1].offset + 1))
            new, dropped = new + fresh, dropped + len(records) - fresh
    print(json.dumps({"new": new, "dropped": dropped}))


if __name__ == "__main__":
    main()
