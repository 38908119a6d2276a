import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * Puts a ZooKeeper ensemble under closed-loop load with ZooKeeper's own client, asynchronously: the callback of a call
 * starts the next one. Arguments: the servers, as host:port. Commands come one a line on standard input; each is answered
 * by one line of JSON.
 *
 *   load KEYS BYTES                                  creates the nodes, reads a part back: {"loaded":KEYS}
 *   measure OP CLIENTS WARM_UP_MS MEASURED_MS KEYS BYTES    OP is put, get (sync, then getData) or get-serializable
 *
 * What fails as a whole is answered {"error":"a sentence"}.
 */
public final class ZooKeeperLoad {
    private static final int SESSION_MS = 30_000;
    private static final int CREATES_TOGETHER = 100;
    private static final int READ_BACK_MAX = 1000;
    private static final int PENDING_MAX = 32;

    private final List<ZooKeeper> handles = new ArrayList<>();

    public static void main(String[] servers) throws Exception {
        ZooKeeperLoad load = new ZooKeeperLoad();
        for (String server : servers) {
            load.connect(server);
        }
        System.out.println("{\"connected\":" + servers.length + "}");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(load.answer(line.trim().split(" ")));
        }
        // The handles' threads would keep the process alive.
        System.exit(0);
    }

    private void connect(String server) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper handle = new ZooKeeper(server, SESSION_MS, event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        if (!connected.await(SESSION_MS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("No session at " + server + " within " + SESSION_MS + " ms.");
        }
        handles.add(handle);
    }

    private String answer(String[] words) {
        try {
            switch (words[0]) {
                case "load":
                    return load(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                case "measure":
                    return measure(words[1], Integer.parseInt(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4]),
                            Integer.parseInt(words[5]), Integer.parseInt(words[6]));
                default:
                    throw new IllegalArgumentException("There is no command " + words[0] + ".");
            }
        } catch (Exception e) {
            return "{\"error\":" + quoted(e.toString()) + "}";
        }
    }

    private static String path(int key, int bytes) {
        return String.format(Locale.ROOT, "/%06x-%09d", bytes, key);
    }

    private String load(int keys, int bytes) throws Exception {
        Semaphore free = new Semaphore(PENDING_MAX);
        AtomicReference<String> failed = new AtomicReference<>();
        byte[] value = filling(bytes);
        int together = Math.max(1, Math.min(CREATES_TOGETHER, (512 << 10) / Math.max(1, bytes)));
        for (int first = 0; first < keys && failed.get() == null; first += together) {
            List<Op> creates = new ArrayList<>();
            for (int key = first; key < Math.min(keys, first + together); key++) {
                creates.add(Op.create(path(key, bytes), value, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
            }
            free.acquire();
            handles.get((first / together) % handles.size()).multi(creates, (rc, path, context, results) -> {
                if (rc != KeeperException.Code.OK.intValue()) {
                    failed.compareAndSet(null, "create: " + KeeperException.Code.get(rc));
                }
                free.release();
            }, null);
        }
        free.acquire(PENDING_MAX);
        if (failed.get() != null) {
            throw new IllegalStateException(failed.get());
        }
        readBack(keys, bytes);
        return "{\"loaded\":" + keys + "}";
    }

    private void readBack(int keys, int bytes) throws Exception {
        for (ZooKeeper handle : handles) {
            CountDownLatch synced = new CountDownLatch(1);
            handle.sync("/", (rc, path, context) -> synced.countDown(), null);
            synced.await();
        }
        int step = Math.max(1, keys / READ_BACK_MAX);
        for (int key = 0; key < keys; key += step) {
            byte[] found = handles.get(key % handles.size()).getData(path(key, bytes), false, null);
            if (found.length != bytes) {
                throw new IllegalStateException(path(key, bytes) + " has " + found.length + " bytes.");
            }
        }
    }

    private String measure(String operation, int clients, long warmUpMs, long measuredMs, int keys, int bytes) throws Exception {
        long begin = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(warmUpMs);
        long end = begin + TimeUnit.MILLISECONDS.toNanos(measuredMs);
        CountDownLatch running = new CountDownLatch(clients);
        Client[] all = new Client[clients];
        for (int n = 0; n < clients; n++) {
            all[n] = new Client(n, operation, keys, bytes, begin, end, running);
        }
        for (Client client : all) {
            client.next();
        }
        if (!running.await(warmUpMs + measuredMs + 2L * SESSION_MS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("Calls were not answered.");
        }
        long errors = 0;
        String firstError = null;
        int count = 0;
        for (Client client : all) {
            errors += client.errors;
            firstError = firstError == null ? client.firstError : firstError;
            count += client.count;
        }
        long[] sorted = new long[count];
        int at = 0;
        for (Client client : all) {
            System.arraycopy(client.latencies, 0, sorted, at, client.count);
            at += client.count;
        }
        Arrays.sort(sorted);
        return String.format(Locale.ROOT,
                "{\"calls\":%d,\"errors\":%d,\"first_error\":%s,\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}",
                count - errors, errors, firstError == null ? "null" : quoted(firstError),
                percentile(sorted, 0.50), percentile(sorted, 0.95), percentile(sorted, 0.99), percentile(sorted, 1));
    }

    private static double percentile(long[] sorted, double share) {
        int rank = Math.max(1, (int) Math.ceil(share * sorted.length));
        return sorted.length == 0 ? 0 : sorted[rank - 1] / 1e6;
    }

    private static byte[] filling(int bytes) {
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        return value;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ") + '"';
    }

    private static final AtomicLong STAMP = new AtomicLong();

    /** One closed loop. Only one callback of it is under way at a time, so nothing here is shared. */
    private final class Client {
        private final int number;
        private final String operation;
        private final int keys;
        private final int bytes;
        private final long begin;
        private final long end;
        private final CountDownLatch running;
        private final Random random;
        private final byte[] filling;
        private long started;
        private int syncResult;
        long[] latencies = new long[1024];
        int count;
        long errors;
        String firstError;

        Client(int number, String operation, int keys, int bytes, long begin, long end, CountDownLatch running) {
            this.number = number;
            this.operation = operation;
            this.keys = keys;
            this.bytes = bytes;
            this.begin = begin;
            this.end = end;
            this.running = running;
            this.random = new Random(number);
            this.filling = ZooKeeperLoad.filling(bytes);
        }

        void next() {
            started = System.nanoTime();
            if (started >= end) {
                running.countDown();
                return;
            }
            // A client stays at its server, as ZooKeeper's clients do: a sync at a server that was idle before can hang.
            ZooKeeper handle = handles.get(number % handles.size());
            String path = path(random.nextInt(keys), bytes);
            syncResult = 0;
            switch (operation) {
                case "put":
                    handle.setData(path, value(), -1, (rc, p, context, stat) -> ended(rc, bytes), null);
                    break;
                case "get":
                    // A session's calls are answered in their order, so both may leave together.
                    handle.sync(path, (rc, p, context) -> syncResult = rc, null);
                    handle.getData(path, false, (rc, p, context, data, stat) -> ended(rc != 0 ? rc : syncResult, length(data)), null);
                    break;
                case "get-serializable":
                    handle.getData(path, false, (rc, p, context, data, stat) -> ended(rc, length(data)), null);
                    break;
                default:
                    throw new IllegalArgumentException("There is no operation " + operation + ".");
            }
        }

        private int length(byte[] data) {
            return data == null ? -1 : data.length;
        }

        private byte[] value() {
            byte[] value = filling.clone();
            if (value.length >= Long.BYTES) {
                ByteBuffer.wrap(value).putLong(STAMP.incrementAndGet());
            }
            return value;
        }

        private void ended(int result, int found) {
            long now = System.nanoTime();
            if (now >= begin && now < end) {
                if (count == latencies.length) {
                    latencies = Arrays.copyOf(latencies, 2 * count);
                }
                latencies[count++] = now - started;
                if (result != 0 || found != bytes) {
                    errors++;
                    firstError = firstError != null ? firstError
                            : result != 0 ? String.valueOf(KeeperException.Code.get(result)) : "a value of " + found + " bytes";
                }
            }
            next();
        }
    }
}
