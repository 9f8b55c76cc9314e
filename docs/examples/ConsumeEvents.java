// Keeps what became of each reservation, from Kafka into a file: ConsumeEvents.java BROKERS FILE [SINCE]
//
// A line is on disk before its offset is committed to the group, so a crash repeats records and loses none; a record whose `seq` is not
// above the highest one of its reservation writes no line. SINCE, as 2026-07-01T10:00:00Z, begins anew at a moment. One of these runs at a
// time: several need a store that they share. docs/consumers.md has the rest. Libraries: org.apache.kafka:kafka-clients, jackson-databind.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.RandomAccessFile;
import java.time.*;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

public class ConsumeEvents {
  static final Map<String, String> TOPICS = Map.of("reservation.created", "held", "reservation.expired", "expired",
      "reservation.cancelled", "cancelled", "payment.completed", "sold");

  // The highest `seq` of each reservation. What a crash has left behind the last line break is no line.
  static Map<Long, Integer> read(RandomAccessFile file) throws Exception {
    byte[] bytes = new byte[(int) file.length()];
    file.readFully(bytes);
    String text = new String(bytes, "US-ASCII");
    file.setLength(text.lastIndexOf('\n') + 1);
    file.seek(file.length());
    Map<Long, Integer> seen = new HashMap<>();
    for (String line : text.substring(0, (int) file.length()).split("\n")) {
      String[] words = line.split(" ");
      if (words.length > 1) seen.merge(Long.parseLong(words[0]), Integer.parseInt(words[1]), Math::max);
    }
    return seen;
  }

  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    settings.putAll(Map.of("bootstrap.servers", args[0], "group.id", "example-sales", "enable.auto.commit", "false", "auto.offset.reset", "earliest"));
    try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
         var file = new RandomAccessFile(args[1], "rw")) {
      Map<Long, Integer> seen = read(file);
      Set<TopicPartition> begun = new HashSet<>();
      consumer.subscribe(TOPICS.keySet(), new ConsumerRebalanceListener() {
        public void onPartitionsRevoked(Collection<TopicPartition> gone) {}
        public void onPartitionsAssigned(Collection<TopicPartition> given) {
          Map<TopicPartition, Long> moments = new HashMap<>();
          for (var each : given) if (args.length > 2 && begun.add(each)) moments.put(each, Instant.parse(args[2]).toEpochMilli());
          consumer.offsetsForTimes(moments).forEach((each, found) -> { if (found != null) consumer.seek(each, found.offset()); });
        }
      });
      while (true) {
        var records = consumer.poll(Duration.ofSeconds(1));
        for (var record : records) {
          JsonNode event = new ObjectMapper().readTree(record.value()), data = event.get("data");
          long id = data.get("reservationId").asLong();
          int seq = event.get("seq").asInt();
          if (seq <= seen.getOrDefault(id, 0)) continue;
          file.writeBytes(id + " " + seq + " " + TOPICS.get(event.get("type").asText()) + " " + data.get("amount") + "\n");
          seen.put(id, seq);
        }
        if (records.isEmpty()) continue;
        file.getFD().sync();
        consumer.commitSync();
      }
    }
  }
}
