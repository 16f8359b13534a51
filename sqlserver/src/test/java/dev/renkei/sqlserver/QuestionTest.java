package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.Question.Answer;
import dev.renkei.sqlserver.Question.Asked;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuestionTest {
  private static final TableName ORDERS = Shop.ORDERS;
  private static final TableName STOCK = new TableName("dbo", "Stock");

  private final Question question = new Question();
  private Shop shop;
  private Connection connection;

  @BeforeEach
  void openShop() throws Exception {
    shop = Shop.withOrders();
    shop.sql("CREATE TABLE dbo.Stock (Id int NOT NULL PRIMARY KEY)");
    shop.sql("ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING");
    shop.sql("INSERT INTO dbo.Stock VALUES (1)");
    shop.sql("INSERT INTO dbo.Orders VALUES (1, N'a')");
    connection = DriverManager.getConnection(shop.server.jdbcUrl("Shop"));
  }

  @AfterEach
  void closeShop() throws SQLException {
    question.close();
    connection.close();
    shop.close();
  }

  private Asked asked(TableName table, long after) throws SQLException {
    SourceTable known =
        Objects.requireNonNull(
            SqlServerCatalog.tables(
                    connection, table::equals, t -> java.util.Set.of(), (t, why) -> {})
                .get(table));
    return new Asked(table, known.shape().objectId(), after);
  }

  private long current() throws SQLException {
    return question.ask(connection, List.of(asked(ORDERS, 0))).current();
  }

  @Test
  void namesTheTablesWithChangesAboveTheirCursors() throws SQLException {
    long current = current();

    Answer answer =
        question.ask(connection, List.of(asked(ORDERS, current), asked(STOCK, current - 2)));

    assertThat(answer.current()).isEqualTo(current);
    assertThat(answer.changed()).containsExactly(STOCK);
    assertThat(answer.tables()).hasSize(2);
  }

  @Test
  void aTableThatIsNotDueIsNamedButNeverFoundChanged() throws SQLException {
    Answer answer =
        question.ask(connection, List.of(asked(ORDERS, 0), asked(STOCK, Question.NOT_DUE)));

    assertThat(answer.changed()).containsExactly(ORDERS);
  }

  @Test
  void answersAnewEachTimeItIsAskedTheSame() throws SQLException {
    for (int i = 2; i < 7; i++) {
      List<Asked> asked = List.of(asked(ORDERS, current()), asked(STOCK, current()));
      assertThat(question.ask(connection, asked).changed()).isEmpty();
      shop.sql("INSERT INTO dbo.Orders VALUES (%d, N'b')".formatted(i));
      assertThat(question.ask(connection, asked).changed()).containsExactly(ORDERS);
    }
  }

  @Test
  void aTableThatIsGoneSpoilsItAndIsForgottenWithIt() throws SQLException {
    List<Asked> both = List.of(asked(ORDERS, 0), asked(STOCK, 0));
    question.ask(connection, both);
    shop.sql("DROP TABLE dbo.Stock");

    assertThatThrownBy(() -> question.ask(connection, both)).hasMessageContaining("Stock");
    assertThat(question.ask(connection, both.subList(0, 1)).changed()).containsExactly(ORDERS);
  }

  @Test
  void manyTablesAreOneQuestion() throws SQLException {
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < 150; i++) {
      script.append(
          "CREATE TABLE dbo.t%1$d (Id int NOT NULL PRIMARY KEY)\nALTER TABLE dbo.t%1$d ENABLE CHANGE_TRACKING\n"
              .formatted(i));
    }
    shop.sql(script + "INSERT INTO dbo.t77 VALUES (1)");
    Map<TableName, SourceTable> tables =
        SqlServerCatalog.tables(connection, t -> true, t -> java.util.Set.of(), (t, why) -> {});
    long before = current() - 1;
    List<Asked> asked =
        tables.values().stream()
            .map(t -> new Asked(t.name(), t.shape().objectId(), before))
            .toList();

    Answer answer = question.ask(connection, asked);

    assertThat(answer.changed()).containsExactly(new TableName("dbo", "t77"));
    assertThat(answer.tables()).hasSize(152);
  }
}
