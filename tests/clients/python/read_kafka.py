"""Prints the key of each record: read_kafka.py kafka-python|aiokafka BROKER TOPIC COUNT"""

import asyncio
import json
import sys

library, broker, topic, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
SECONDS = 60


def show(record):
    assert json.loads(record.value)["type"] == topic
    print(record.key.decode())


def with_kafka_python():
    from kafka import KafkaConsumer

    consumer = KafkaConsumer(topic, bootstrap_servers=broker, auto_offset_reset="earliest", group_id=None, consumer_timeout_ms=SECONDS * 1000)
    for _ in range(count):
        show(next(consumer))


async def with_aiokafka():
    from aiokafka import AIOKafkaConsumer

    consumer = AIOKafkaConsumer(topic, bootstrap_servers=broker, auto_offset_reset="earliest")
    await consumer.start()
    try:
        for _ in range(count):
            show(await asyncio.wait_for(consumer.getone(), SECONDS))
    finally:
        await consumer.stop()


if library == "aiokafka":
    asyncio.run(with_aiokafka())
else:
    with_kafka_python()
