package dev.renkei.standin.catalog;

import dev.renkei.standin.catalog.Grant.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** System views of logins, users, roles and permissions. */
final class PrincipalViews {
  private PrincipalViews() {}

  static List<SystemView<?>> all() {
    return List.of(logins("server_principals"), sqlLogins(), users(), members(), permissions());
  }

  private static SystemView<Login> logins(String name) {
    return SystemView.<Login>of("sys", name, s -> s.picture().logins().values().stream())
        .column("name sysname", Login::name)
        .column("principal_id int", Login::principalId)
        .column("sid varbinary(85) null", l -> sid(l.name(), l.principalId()))
        .columns("S", "type char(1)")
        .columns("SQL_LOGIN", "type_desc nvarchar(60) null")
        .columns(false, "is_disabled bit null")
        .columns(ObjectViews.LONG_AGO, "create_date datetime", "modify_date datetime")
        .columns("master", "default_database_name sysname null")
        .columns("us_english", "default_language_name sysname null")
        .columns(null, "credential_id int null", "owning_principal_id int null")
        .columns(false, "is_fixed_role bit");
  }

  private static SystemView<Login> sqlLogins() {
    return logins("sql_logins")
        .columns(false, "is_policy_checked bit null", "is_expiration_checked bit null");
  }

  /** sa is 0x01; every other login has 16 bytes of its own. */
  private static byte[] sid(String name, int principalId) {
    if (principalId == 1) {
      return new byte[] {1};
    }
    java.util.UUID uuid =
        java.util.UUID.nameUUIDFromBytes(
            (name + principalId).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return java.nio.ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  /** A user or a role of a database. */
  private record Principal(
      String name, int id, String type, String typeText, byte @Nullable [] sid, boolean fixedRole) {
    static Principal role(String name, int id) {
      return new Principal(name, id, "R", "DATABASE_ROLE", null, id > 0);
    }

    static Principal user(String name, int id, byte @Nullable [] sid) {
      return new Principal(name, id, "S", "SQL_USER", sid, false);
    }

    static List<Principal> all(Seen seen) {
      List<Principal> all = new ArrayList<>();
      all.add(role("public", 0));
      all.add(user("dbo", 1, new byte[] {1}));
      all.add(user("guest", 2, new byte[] {0}));
      all.add(user("INFORMATION_SCHEMA", 3, null));
      all.add(user("sys", 4, null));
      for (User u : seen.definition().users()) {
        Login login = seen.picture().logins().get(DatabaseDefinition.fold(u.login()));
        all.add(
            user(
                u.name(),
                u.principalId(),
                login == null ? null : PrincipalViews.sid(login.name(), login.principalId())));
      }
      all.add(role("db_owner", 16_384));
      all.add(role("db_datareader", 16_390));
      all.add(role("db_datawriter", 16_391));
      return all;
    }

    static int idOf(Seen seen, String name) {
      return all(seen).stream()
          .filter(p -> p.name().equalsIgnoreCase(name))
          .mapToInt(Principal::id)
          .findFirst()
          .orElse(0);
    }
  }

  private static SystemView<Principal> users() {
    return SystemView.<Principal>of("sys", "database_principals", s -> Principal.all(s).stream())
        .column("name sysname", Principal::name)
        .column("principal_id int", Principal::id)
        .column("type char(1)", Principal::type)
        .column("type_desc nvarchar(60) null", Principal::typeText)
        .column(
            "default_schema_name sysname null",
            p -> p.type().equals("S") && p.sid() != null ? "dbo" : null)
        .columns(ObjectViews.LONG_AGO, "create_date datetime", "modify_date datetime")
        .column("owning_principal_id int null", p -> p.type().equals("R") ? 1 : null)
        .column("sid varbinary(85) null", Principal::sid)
        .column("is_fixed_role bit", Principal::fixedRole)
        .column("authentication_type int", p -> p.sid() == null ? 0 : 1)
        .column(
            "authentication_type_desc nvarchar(60) null",
            p -> p.sid() == null ? "NONE" : "INSTANCE");
  }

  private record Member(int role, int member) {
    static Stream<Member> all(Seen seen) {
      List<Member> members = new ArrayList<>();
      members.add(new Member(16_384, 1));
      for (User user : seen.definition().users()) {
        for (String role : user.roles()) {
          members.add(new Member(Principal.idOf(seen, role), user.principalId()));
        }
      }
      return members.stream();
    }
  }

  private static SystemView<Member> members() {
    return SystemView.<Member>of("sys", "database_role_members", Member::all)
        .column("role_principal_id int", Member::role)
        .column("member_principal_id int", Member::member);
  }

  /** A grant and what it is on. */
  private record Given(Seen seen, Grant grant) {
    int classId() {
      return switch (grant.scope()) {
        case DATABASE -> 0;
        case OBJECT, COLUMN -> 1;
        case SCHEMA -> 3;
      };
    }

    String classText() {
      return switch (grant.scope()) {
        case DATABASE -> "DATABASE";
        case OBJECT, COLUMN -> "OBJECT_OR_COLUMN";
        case SCHEMA -> "SCHEMA";
      };
    }

    int major() {
      return grant.scope() == Scope.SCHEMA
          ? seen.definition().schema(grant.schema()).map(DatabaseDefinition.Schema::id).orElse(0)
          : grant.target();
    }

    int minor() {
      return seen.definition()
          .table(grant.target())
          .flatMap(t -> t.column(grant.column()))
          .map(Table.Column::columnId)
          .orElse(0);
    }

    /** Every user may connect; that is not kept as a grant. */
    static Stream<Given> all(Seen seen) {
      Stream<Grant> connects =
          seen.definition().users().stream()
              .map(u -> new Grant(u.name(), Permission.CONNECT, Scope.DATABASE, 0, "", "", false));
      return Stream.concat(connects, seen.definition().grants().stream())
          .filter(g -> g.permission() != Permission.VIEW_SERVER_STATE)
          .map(g -> new Given(seen, g));
    }
  }

  private static SystemView<Given> permissions() {
    return SystemView.<Given>of("sys", "database_permissions", Given::all)
        .column("class tinyint", Given::classId)
        .column("class_desc nvarchar(60) null", Given::classText)
        .column("major_id int", Given::major)
        .column("minor_id int", Given::minor)
        .column("grantee_principal_id int", g -> Principal.idOf(g.seen(), g.grant().user()))
        .columns(1, "grantor_principal_id int")
        .column("type char(4)", g -> g.grant().permission().code())
        .column("permission_name nvarchar(128) null", g -> g.grant().permission().text())
        .column("state char(1)", g -> g.grant().deny() ? "D" : "G")
        .column("state_desc nvarchar(60) null", g -> g.grant().deny() ? "DENY" : "GRANT");
  }
}
