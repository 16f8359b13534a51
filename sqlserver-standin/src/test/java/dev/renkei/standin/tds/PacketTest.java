package dev.renkei.standin.tds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketTest {
  private static final int LIMIT = 1 << 24;

  /** A value that a writer writes and a reader reads back. */
  private interface Value {
    void write(PacketWriter out) throws IOException;

    void check(LittleEndianReader in) throws IOException;
  }

  private static Value value(Random random) {
    long number = random.nextLong();
    return switch (random.nextInt(8)) {
      case 0 -> of(out -> out.putByte((int) number), in -> in.getByte() == (number & 0xFF));
      case 1 -> of(out -> out.putShort((int) number), in -> in.getShort() == (number & 0xFFFF));
      case 2 -> of(out -> out.putInt((int) number), in -> in.getInt() == (int) number);
      case 3 -> of(out -> out.putLong(number), in -> in.getLong() == number);
      case 4 -> {
        int bytes = 3 + random.nextInt(3);
        long low = number & (1L << 8 * bytes) - 1;
        yield of(out -> out.putLow(low, bytes), in -> in.getLow(bytes) == low);
      }
      case 5 -> {
        byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 90_000 : 300)];
        random.nextBytes(bytes);
        yield of(out -> out.putBytes(bytes), in -> Arrays.equals(in.getBytes(bytes.length), bytes));
      }
      case 6 -> {
        String text = text(random, 0x10000);
        yield of(out -> out.putUtf16(text), in -> in.getUtf16(text.length()).equals(text));
      }
      default -> {
        String text = text(random, 0x80);
        yield of(
            out -> out.putWindows1252(text, 0, text.length()),
            in -> Windows1252.decode(in.getBytes(text.length())).equals(text));
      }
    };
  }

  private static String text(Random random, int below) {
    int length = random.nextInt(random.nextInt(20) == 0 ? 50_000 : 60);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char c = (char) random.nextInt(below);
      text.append(Character.isSurrogate(c) ? 'x' : c);
    }
    return text.toString();
  }

  private interface Writing {
    void write(PacketWriter out) throws IOException;
  }

  private interface Checking {
    boolean check(LittleEndianReader in) throws IOException;
  }

  private static Value of(Writing writing, Checking checking) {
    return new Value() {
      @Override
      public void write(PacketWriter out) throws IOException {
        writing.write(out);
      }

      @Override
      public void check(LittleEndianReader in) throws IOException {
        assertThat(checking.check(in)).isTrue();
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 513, 4096, 8000, 32767})
  void anyValuesComeBackThroughPacketsOfAnySize(int packetBytes) throws IOException {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      PacketWriter out = new PacketWriter(wire, () -> {}, packetBytes);
      List<List<Value>> messages = new ArrayList<>();
      for (int m = 0; m < 3; m++) {
        List<Value> values = new ArrayList<>();
        for (int i = random.nextInt(200); i >= 0; i--) {
          Value value = value(random);
          value.write(out);
          values.add(value);
        }
        out.endMessage();
        messages.add(values);
      }
      PacketReader reader = new PacketReader(new ByteArrayInputStream(wire.toByteArray()), LIMIT);
      for (List<Value> values : messages) {
        LittleEndianReader in = Objects.requireNonNull(reader.read()).reader();
        for (Value value : values) {
          value.check(in);
        }
        assertThat(in.hasMore()).isFalse();
      }
      assertThat(reader.read()).isNull();
    }
  }

  @Test
  void numbersPacketsAndMarksTheLastOne() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    PacketWriter out = new PacketWriter(wire, () -> {}, 512);
    out.session(0x1234);
    out.putBytes(new byte[600]);
    out.endMessage();
    byte[] bytes = wire.toByteArray();
    assertThat(Arrays.copyOf(bytes, 8)).containsExactly(4, 0, 2, 0, 0x12, 0x34, 1, 0);
    assertThat(Arrays.copyOfRange(bytes, 512, 520)).containsExactly(4, 1, 0, 104, 0x12, 0x34, 2, 0);
  }

  @Test
  void aMarkedPlaceIsFoundAgainOverPacketBordersWhileNothingHasLeft() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    PacketWriter out = new PacketWriter(wire, () -> {}, 512);
    out.putInt(7);
    out.mark();
    out.putBytes(new byte[2000]);
    assertThat(out.rewind()).isTrue();
    out.putInt(8);
    out.endMessage();
    LittleEndianReader in =
        Objects.requireNonNull(
                new PacketReader(new ByteArrayInputStream(wire.toByteArray()), LIMIT).read())
            .reader();
    assertThat(in.getInt()).isEqualTo(7);
    assertThat(in.getInt()).isEqualTo(8);
    assertThat(in.hasMore()).isFalse();

    out.mark();
    out.putBytes(new byte[100_000]);
    assertThat(out.rewind()).isFalse();
  }

  @Test
  void refusesAMessageBeyondTheLimit() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    PacketWriter out = new PacketWriter(wire, () -> {}, 4096);
    out.putBytes(new byte[10_000]);
    out.endMessage();
    assertThatThrownBy(
            () -> new PacketReader(new ByteArrayInputStream(wire.toByteArray()), 9_999).read())
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("more than 9999 bytes");
  }

  @Test
  void refusesPacketsThatAreNone() {
    assertThatThrownBy(() -> read(1, 1, 0, 7, 0, 0, 1, 0)).isInstanceOf(MalformedMessage.class);
    assertThatThrownBy(() -> read(1, 1, 0xFF, 0xFF, 0, 0, 1, 0))
        .isInstanceOf(MalformedMessage.class);
    assertThatThrownBy(() -> read(1, 0, 0, 9, 0, 0, 1, 0, 5, 3, 1, 0, 8, 0, 0, 2, 0))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("goes on as type 3");
    assertThatThrownBy(() -> read(1, 1, 0, 12, 0, 0, 1, 0, 5)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> read(1, 1, 0)).isInstanceOf(EOFException.class);
  }

  private static void read(int... bytes) throws IOException {
    byte[] wire = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      wire[i] = (byte) bytes[i];
    }
    new PacketReader(new ByteArrayInputStream(wire), LIMIT).read();
  }

  @Test
  void everyByteOfTheCodePageComesBack() {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    String text = Windows1252.decode(all);
    for (int i = 0; i < 256; i++) {
      assertThat(Windows1252.encode(text.charAt(i))).isEqualTo((byte) i);
    }
    assertThat(text).contains("€").contains("ß");
    assertThat(Windows1252.encode('日')).isEqualTo((byte) '?');
  }
}
