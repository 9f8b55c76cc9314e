import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Prints the key of each record: ReadKafka BROKER TOPIC COUNT */
public class ReadKafka {
  public static void main(String[] arguments) {
    final String topic = arguments[1];
    int left = Integer.parseInt(arguments[2]);
    final long deadline = System.nanoTime() + 60_000_000_000L;
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", arguments[0]), new StringDeserializer(), new StringDeserializer())) {
      final List<TopicPartition> all = consumer.partitionsFor(topic).stream().map(each -> new TopicPartition(topic, each.partition())).toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      while (left > 0 && System.nanoTime() < deadline)
        for (final ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          if (!record.value().contains("\"type\":\"" + topic + "\"")) throw new AssertionError(record.value());
          System.out.println(record.key());
          --left;
        }
    }
    System.exit(left > 0 ? 1 : 0);
  }
}
