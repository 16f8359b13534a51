package dev.renkei.server;

import dev.renkei.core.config.ListenAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A port that is bound before a server is made for it, so that its refusal is told at once. */
public final class ListeningPort {
  private final ServerSocketChannel channel;
  private final URI url;

  private ListeningPort(ServerSocketChannel channel, URI url) {
    this.channel = channel;
    this.url = url;
  }

  /**
   * Binds an address.
   *
   * @param key of the configuration that names it
   * @throws ServerException where that is not possible, with what to do
   */
  public static ListeningPort open(ListenAddress address, String key, ControlServer.IfTaken ifTaken)
      throws ServerException {
    try {
      ServerSocketChannel channel = bind(address);
      return new ListeningPort(channel, url(channel));
    } catch (BindException e) {
      boolean taken = String.valueOf(e.getMessage()).contains("in use");
      if (taken && ifTaken == ControlServer.IfTaken.ANY_PORT) {
        return open(new ListenAddress(address.host(), 0), key, ControlServer.IfTaken.REFUSE);
      }
      throw new ServerException(
          taken
              ? "%s is taken by another program, perhaps another Renkei. Stop that one, or set %s to a free port (port 0 takes any)."
                  .formatted(address, key)
              : "cannot listen on %s: %s. Set %s to an address of this machine, for example 127.0.0.1:8080."
                  .formatted(address, e.getMessage(), key),
          e);
    } catch (IOException | UnresolvedAddressException e) {
      throw new ServerException(
          "cannot listen on %s: %s. Set %s to an address of this machine and a port above 1023, for example 127.0.0.1:8080."
              .formatted(address, e, key),
          e);
    }
  }

  private static ServerSocketChannel bind(ListenAddress address) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(address.host(), address.port()));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static URI url(ServerSocketChannel channel) throws IOException {
    InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
    InetAddress host = address.getAddress();
    String name = host.isAnyLocalAddress() ? "127.0.0.1" : host.getHostAddress();
    return URI.create("http://" + new ListenAddress(name, address.getPort()));
  }

  /** Where callers on this machine reach it. */
  public URI url() {
    return url;
  }

  /** The connector of a Jetty server that answers here. */
  public ServerConnector connector(Server server, HttpConfiguration http) {
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    // Idle connections of clients that are still there do not hold up the end.
    connector.setShutdownIdleTimeout(50);
    try {
      connector.open(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return connector;
  }
}
