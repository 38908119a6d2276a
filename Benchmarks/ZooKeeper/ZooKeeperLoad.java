import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
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
 * A server was seen to leave the first sync of a session that was idle before unanswered (3.8.0), and with it all that the session asks
 * after it. So a client whose first call is not answered within FIRST_CALL_MS begins again with a new session, and the cell with it,
 * before anything is measured; the answer of measure tells how many sessions were made for that ("sessions").
 *
 * What fails as a whole is answered {"error":"a sentence"}.
 */
public final class ZooKeeperLoad {
    private static final int SESSION_MS = 30_000;
    private static final int CREATES_TOGETHER = 100;
    private static final int READ_BACK_MAX = 1000;
    private static final int PENDING_MAX = 32;
    private static final int FIRST_CALL_MS = 5_000;
    private static final int BEGINNINGS_MAX = 4;

    private final List<String> servers = new ArrayList<>();
    private final List<ZooKeeper> handles = new ArrayList<>();
    private int sessionsRenewed;

    public static void main(String[] servers) throws Exception {
        ZooKeeperLoad load = new ZooKeeperLoad();
        for (String server : servers) {
            load.servers.add(server);
            load.handles.add(connect(server));
        }
        System.out.println("{\"connected\":" + servers.length + "}");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(load.answer(line.trim().split(" ")));
        }
        // The handles' threads would keep the process alive.
        System.exit(0);
    }

    private static ZooKeeper connect(String server) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper handle = new ZooKeeper(server, SESSION_MS, event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        if (!connected.await(SESSION_MS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("No session at " + server + " within " + SESSION_MS + " ms.");
        }
        return handle;
    }

    /** A new session in the place of one that does not answer. The old one is not closed: that would wait for its turn behind what hangs. */
    private void renew(int server) throws Exception {
        handles.set(server, connect(servers.get(server)));
        sessionsRenewed++;
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
        for (int server = 0; server < handles.size(); server++) {
            for (int beginning = 1; !synced(handles.get(server)); beginning++) {
                if (beginning == BEGINNINGS_MAX) {
                    throw new IllegalStateException("Sync was not answered at " + servers.get(server) + ", in " + beginning + " sessions.");
                }
                renew(server);
            }
        }
        int step = Math.max(1, keys / READ_BACK_MAX);
        for (int key = 0; key < keys; key += step) {
            byte[] found = handles.get(key % handles.size()).getData(path(key, bytes), false, null);
            if (found.length != bytes) {
                throw new IllegalStateException(path(key, bytes) + " has " + found.length + " bytes.");
            }
        }
    }

    private static boolean synced(ZooKeeper handle) throws InterruptedException {
        CountDownLatch synced = new CountDownLatch(1);
        handle.sync("/", (rc, path, context) -> synced.countDown(), null);
        return synced.await(FIRST_CALL_MS, TimeUnit.MILLISECONDS);
    }

    private String measure(String operation, int clients, long warmUpMs, long measuredMs, int keys, int bytes) throws Exception {
        sessionsRenewed = 0;
        Client[] all = startLoops(operation, clients, keys, bytes);
        for (int beginning = 1; !areAnswered(all); beginning++) {
            if (beginning == BEGINNINGS_MAX) {
                throw new IllegalStateException("First calls were not answered, in " + beginning + " sessions.");
            }
            for (int server : giveUp(all)) {
                renew(server);
            }
            all = startLoops(operation, clients, keys, bytes);
        }
        long begin = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(warmUpMs);
        long end = begin + TimeUnit.MILLISECONDS.toNanos(measuredMs);
        for (Client client : all) {
            client.measure(begin, end);
        }
        for (Client client : all) {
            if (!client.over.await(warmUpMs + measuredMs + 2L * SESSION_MS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("Calls were not answered.");
            }
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
                "{\"calls\":%d,\"errors\":%d,\"first_error\":%s,\"sessions\":%d,"
                        + "\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}",
                count - errors, errors, firstError == null ? "null" : quoted(firstError), sessionsRenewed,
                percentile(sorted, 0.50), percentile(sorted, 0.95), percentile(sorted, 0.99), percentile(sorted, 1));
    }

    private Client[] startLoops(String operation, int clients, int keys, int bytes) {
        Client[] all = new Client[clients];
        for (int n = 0; n < clients; n++) {
            all[n] = new Client(n, operation, keys, bytes);
        }
        for (Client client : all) {
            client.next();
        }
        return all;
    }

    private static boolean areAnswered(Client[] all) throws InterruptedException {
        long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FIRST_CALL_MS);
        boolean areAnswered = true;
        for (Client client : all) {
            areAnswered &= client.answered.await(Math.max(0, patience - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        return areAnswered;
    }

    /** Ends all, and tells at which servers a first call hangs. */
    private Set<Integer> giveUp(Client[] all) throws InterruptedException {
        Set<Integer> hanging = new TreeSet<>();
        for (Client client : all) {
            client.stop();
            if (client.answered.getCount() > 0) {
                hanging.add(client.server);
            }
        }
        for (Client client : all) {
            if (!hanging.contains(client.server) && !client.over.await(SESSION_MS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("Calls were not answered.");
            }
        }
        return hanging;
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

    /** One closed loop, which runs until it is told how long. Only one callback of it is under way at a time, so nothing else is shared. */
    private final class Client {
        /** Its first call was answered. */
        final CountDownLatch answered = new CountDownLatch(1);

        /** It makes no more calls. */
        final CountDownLatch over = new CountDownLatch(1);
        final int server;
        private final ZooKeeper handle;
        private final String operation;
        private final int keys;
        private final int bytes;
        private final Random random;
        private final byte[] filling;
        private volatile Span measured;
        private long started;
        private int syncResult;
        long[] latencies = new long[1024];
        int count;
        long errors;
        String firstError;

        Client(int number, String operation, int keys, int bytes) {
            // A client stays at its server, as ZooKeeper's clients do.
            this.server = number % handles.size();
            this.handle = handles.get(server);
            this.operation = operation;
            this.keys = keys;
            this.bytes = bytes;
            this.random = new Random(number);
            this.filling = ZooKeeperLoad.filling(bytes);
        }

        /** What ends between the two counts; after them it makes no more calls. Both by System.nanoTime. */
        void measure(long begin, long end) {
            measured = new Span(begin, end);
        }

        /** It makes no more calls after the one that is under way, and nothing was measured. */
        void stop() {
            long now = System.nanoTime();
            measured = new Span(now, now);
        }

        void next() {
            Span span = measured;
            started = System.nanoTime();
            if (span != null && started >= span.end) {
                over.countDown();
                return;
            }
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
            answered.countDown();
            Span span = measured;
            long now = System.nanoTime();
            if (span != null && now >= span.begin && now < span.end) {
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

    private static final class Span {
        final long begin;
        final long end;

        Span(long begin, long end) {
            this.begin = begin;
            this.end = end;
        }
    }
}
