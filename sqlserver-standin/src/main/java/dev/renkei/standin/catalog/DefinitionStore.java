package dev.renkei.standin.catalog;

import dev.renkei.standin.catalog.Picture.Place;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** Keeps the definitions in an H2 table, one row each, so that a reopened instance has them all. */
final class DefinitionStore {
  private static final String TABLE = "\"$instance\".\"definition\"";

  private final Connection connection;

  DefinitionStore(Connection connection) throws SQLException {
    this.connection = connection;
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS \"$instance\"");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + TABLE
              + "(database_id INTEGER, kind VARCHAR(20), id VARCHAR(300), body VARBINARY,"
              + " PRIMARY KEY(database_id, kind, id))");
    }
    connection.commit();
  }

  Picture load() throws SQLException {
    Map<Place, Serializable> parts = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT database_id, kind, id, body FROM " + TABLE)) {
      while (rows.next()) {
        parts.put(
            new Place(rows.getInt(1), rows.getString(2), rows.getString(3)),
            read(rows.getBytes(4)));
      }
    }
    connection.commit();
    return Picture.of(parts);
  }

  /** Writes the difference between two pictures, all or nothing. */
  void save(Picture before, Picture after) throws SQLException {
    Map<Place, Serializable> old = before.parts(after);
    Map<Place, Serializable> fresh = after.parts(before);
    try (PreparedStatement put =
            connection.prepareStatement(
                "MERGE INTO " + TABLE + "(database_id, kind, id, body) VALUES (?, ?, ?, ?)");
        PreparedStatement remove =
            connection.prepareStatement(
                "DELETE FROM " + TABLE + " WHERE database_id = ? AND kind = ? AND id = ?")) {
      for (Place place : old.keySet()) {
        if (!fresh.containsKey(place)) {
          set(remove, place);
          remove.addBatch();
        }
      }
      for (Map.Entry<Place, Serializable> part : fresh.entrySet()) {
        if (!part.getValue().equals(old.get(part.getKey()))) {
          set(put, part.getKey());
          put.setBytes(4, write(part.getValue()));
          put.addBatch();
        }
      }
      remove.executeBatch();
      put.executeBatch();
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
  }

  private static void set(PreparedStatement statement, Place place) throws SQLException {
    statement.setInt(1, place.databaseId());
    statement.setString(2, place.kind());
    statement.setString(3, place.id());
  }

  private static byte[] write(Serializable value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new IllegalStateException("definitions are serialisable", e);
    }
    return bytes.toByteArray();
  }

  private static Serializable read(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      in.setObjectInputFilter(
          ObjectInputFilter.Config.createFilter("dev.renkei.standin.**;java.base/*;!*"));
      return (Serializable) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException(
          "the stand-in's files were written by a version whose definitions cannot be read", e);
    }
  }
}
