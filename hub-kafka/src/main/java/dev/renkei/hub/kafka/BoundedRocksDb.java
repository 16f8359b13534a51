package dev.renkei.hub.kafka;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One bound on the memory of all state stores of this process: 64 MiB of cache, of which at most 48
 * MiB are write buffers.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
  static {
    RocksDB.loadLibrary();
  }

  private static final LRUCache CACHE = new LRUCache(64L << 20, -1, false, 0.1);
  private static final WriteBufferManager WRITE_BUFFERS = new WriteBufferManager(48L << 20, CACHE);

  /** Tests set it small, so that RocksDB flushes in the middle of a transaction; in bytes. */
  static final String WRITE_BUFFER_PROPERTY = "renkei.rocksdb.write_buffer_bytes";

  @Override
  public void setConfig(String store, Options options, Map<String, Object> settings) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    table.setFilterPolicy(new BloomFilter(10, false));
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(WRITE_BUFFERS);
    options.setWriteBufferSize(Long.getLong(WRITE_BUFFER_PROPERTY, 16L << 20));
    options.setMaxWriteBufferNumber(3);
  }

  @Override
  public void close(String store, Options options) {
    // The cache and the write buffers belong to the process.
  }
}
