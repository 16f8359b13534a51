package dev.renkei.warehouse.bigquery;

import dev.renkei.core.schema.TableName;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a spool file begins with: the table as it was when its rows were encoded. */
final class SpoolHead {
  private static final int VERSION = 1;

  private SpoolHead() {}

  static byte[] write(StoredTable table) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream to = new DataOutputStream(bytes)) {
      to.writeByte(VERSION);
      to.writeUTF(table.source());
      to.writeUTF(table.name().schema());
      to.writeUTF(table.name().table());
      to.writeUTF(table.id());
      to.writeInt(table.fields().size());
      for (Field field : table.fields()) {
        to.writeUTF(field.name());
        to.writeUTF(field.source());
        to.writeUTF(field.type().name());
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory takes everything", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads one back.
   *
   * @throws IOException where these bytes are none
   */
  static StoredTable read(byte[] bytes) throws IOException {
    DataInputStream from = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      int version = from.readByte();
      if (version != VERSION) {
        throw new IOException("a file of version " + version);
      }
      String source = from.readUTF();
      TableName name = new TableName(from.readUTF(), from.readUTF());
      String id = from.readUTF();
      List<Field> fields = new ArrayList<>();
      for (int left = from.readInt(); left > 0; left--) {
        fields.add(new Field(from.readUTF(), from.readUTF(), BigType.valueOf(from.readUTF())));
      }
      return new StoredTable(source, name, id, fields);
    } catch (IllegalArgumentException e) {
      throw new IOException("not the beginning of a file of rows", e);
    }
  }
}
