// Both ends of the traffic that is measured, as an unmodified program: it knows the sockets of libc and nothing else.
//   load serve ADDRESS [CONGESTION-CONTROL]          TCP 5001 sink, 5002 source, 5003 holds connections, 7 echo; UDP 9 counts, 19 generates, 7 echoes
//   load send|recv ADDRESS SECONDS STREAMS           bulk data, 256 KiB a call
//   load rr ADDRESS SECONDS                          one byte there and back
//   load udp-in|udp-out|udp-echo ADDRESS SECONDS     datagrams of 64 bytes, to, from and by way of ADDRESS
//   load forward ADDRESS SECONDS DEVICE              frames of 64 bytes to ADDRESS, counted where they come back to DEVICE
//   load hold ADDRESS CONNECTIONS SOURCE             opens them, says so, and keeps them until its input ends; from SOURCE and the addresses that follow
//   load ping ADDRESS SECONDS                        is told by a line of input to begin; waits for the first answer to a ping, one every 2 ms
// A client prints one JSON object. The first 300 ms aren't counted: buffers grow in them, and code is compiled.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SINK = 5001, SOURCE = 5002, HOLD = 5003, ECHO_PORT = 7, COUNT = 9, GENERATE = 19, CHUNK = 256 * 1024, DATAGRAM = 64, BATCH = 32, FORWARDED = 18, HELD = 16000, SAMPLES = 4000000 };
static const double warm_up = 0.3;
static struct in_addr address;
static double seconds;
static const char *congestion_control;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static double cpu(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static struct sockaddr_in at(int port) {
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = address};
}

static int open_socket(int type, int port, int listening) {
    int s = socket(AF_INET, type, 0), one = 1;
    struct sockaddr_in a = at(port);
    if (s < 0)
        die("socket");
    if (listening) {
        setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        if (congestion_control && type == SOCK_STREAM && setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, congestion_control, strlen(congestion_control)))
            die(congestion_control);
        if (bind(s, (void *)&a, sizeof a) || (type == SOCK_STREAM && listen(s, 1024)))
            die("bind");
    } else {
        if (connect(s, (void *)&a, sizeof a))
            die("connect");
        if (type == SOCK_STREAM)
            setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    return s;
}

static void start(void *(*run)(void *), long argument) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 * 1024);
    if (pthread_create(&thread, &attributes, run, (void *)argument))
        die("pthread_create");
}

// ---- the server

static void *serve_sink(void *p) {
    int s = (int)(long)p;
    char *b = malloc(CHUNK);
    while (read(s, b, CHUNK) > 0) {}
    free(b);
    close(s);
    return 0;
}

static void *serve_source(void *p) {
    int s = (int)(long)p;
    char *b = calloc(1, CHUNK);
    while (send(s, b, CHUNK, MSG_NOSIGNAL) > 0) {}
    free(b);
    close(s);
    return 0;
}

static void *serve_echo(void *p) {
    int s = (int)(long)p, one = 1;
    char b[4096];
    ssize_t n;
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    while ((n = read(s, b, sizeof b)) > 0 && send(s, b, n, MSG_NOSIGNAL) == n) {}
    close(s);
    return 0;
}

static struct service {
    int port;
    void *(*run)(void *);
    int listener;
} services[] = {{SINK, serve_sink, 0}, {SOURCE, serve_source, 0}, {HOLD, NULL, 0}, {ECHO_PORT, serve_echo, 0}};

static void *serve_stream(void *p) {
    struct service *service = services + (long)p;
    for (;;) {
        int s = accept(service->listener, 0, 0);
        if (s >= 0 && service->run)
            start(service->run, s);
    }
    return 0;
}

// A datagram of one byte asks how many of the others have come.
static void *serve_count(void *p) {
    int s = (int)(long)p;
    unsigned long count = 0;
    char b[2048];
    for (;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        if (recvfrom(s, b, sizeof b, 0, (void *)&from, &length) == 1)
            sendto(s, &count, sizeof count, 0, (void *)&from, length);
        else
            count++;
    }
    return 0;
}

// A datagram holds the seconds during which its sender wants to be sent to.
static void *serve_generate(void *p) {
    int s = (int)(long)p;
    for (;;) {
        double how_long;
        char b[DATAGRAM] = {0};
        struct sockaddr_in to;
        socklen_t length = sizeof to;
        if (recvfrom(s, &how_long, sizeof how_long, 0, (void *)&to, &length) != sizeof how_long)
            continue;
        for (double end = now() + how_long; now() < end;)
            sendto(s, b, sizeof b, 0, (void *)&to, length);
    }
    return 0;
}

static void *serve_datagram_echo(void *p) {
    int s = (int)(long)p;
    char b[2048];
    for (;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        ssize_t n = recvfrom(s, b, sizeof b, 0, (void *)&from, &length);
        if (n >= 0)
            sendto(s, b, n, 0, (void *)&from, length);
    }
    return 0;
}

static void serve(void) {
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        services[i].listener = open_socket(SOCK_STREAM, services[i].port, 1);
        start(serve_stream, i);
    }
    start(serve_count, open_socket(SOCK_DGRAM, COUNT, 1));
    start(serve_generate, open_socket(SOCK_DGRAM, GENERATE, 1));
    start(serve_datagram_echo, open_socket(SOCK_DGRAM, ECHO_PORT, 1));
    puts("serving");
    fflush(stdout);
    for (;;)
        pause();
}

// ---- the client

static atomic_long total;
static int sends;

static void *move(void *p) {
    int s = (int)(long)p;
    char *b = calloc(1, CHUNK);
    ssize_t n;
    while ((n = sends ? send(s, b, CHUNK, MSG_NOSIGNAL) : read(s, b, CHUNK)) > 0)
        atomic_fetch_add_explicit(&total, n, memory_order_relaxed);
    return 0;
}

static int bulk(int streams) {
    for (int i = 0; i < streams; i++)
        start(move, open_socket(SOCK_STREAM, sends ? SINK : SOURCE, 0));
    usleep((useconds_t)(warm_up * 1e6));
    long before = total;
    double t = now(), c = cpu();
    usleep((useconds_t)(seconds * 1e6));
    double bytes = total - before, elapsed = now() - t;
    printf("{\"value\": %.4f, \"bytes\": %.0f, \"seconds\": %.4f, \"cpu\": %.4f}\n", bytes * 8 / elapsed / 1e9, bytes, elapsed, cpu() - c);
    return 0;
}

static int ascending(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static int round_trips(void) {
    static float us[SAMPLES];
    int s = open_socket(SOCK_STREAM, ECHO_PORT, 0);
    long n = 0;
    char b = 0;
    double begin = now() + warm_up, c = 0, t;
    while ((t = now()) < begin + seconds && n < SAMPLES) {
        if (write(s, &b, 1) != 1 || read(s, &b, 1) != 1)
            die("echo");
        if (t < begin)
            c = cpu();
        else
            us[n++] = (float)((now() - t) * 1e6);
    }
    c = cpu() - c;
    qsort(us, n, sizeof *us, ascending);
    printf("{\"value\": %.2f, \"p50\": %.2f, \"p99\": %.2f, \"p999\": %.2f, \"count\": %ld, \"cpu\": %.4f}\n", us[n / 2], us[n / 2], us[n * 99 / 100],
           us[n * 999 / 1000], n, c);
    return 0;
}

static void patience(int s, double how_long) {
    struct timeval t = {(time_t)how_long, (suseconds_t)((how_long - (time_t)how_long) * 1e6)};
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
}

static unsigned long ask_count(int s) {
    unsigned long count;
    char b = '?';
    for (int tries = 0; tries < 100; tries++) {
        if (send(s, &b, 1, 0) == 1 && recv(s, &count, sizeof count, 0) == sizeof count) {
            while (recv(s, &b, 1, MSG_DONTWAIT) >= 0) {}
            return count;
        }
    }
    die("the count");
    return 0;
}

static void prepare(struct mmsghdr *messages, struct iovec *vectors, char *memory) {
    memset(messages, 0, BATCH * sizeof *messages);
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){memory + i * DATAGRAM, DATAGRAM};
        messages[i].msg_hdr.msg_iov = vectors + i;
        messages[i].msg_hdr.msg_iovlen = 1;
    }
}

static int datagrams(const char *how) {
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    static char memory[BATCH * DATAGRAM];
    unsigned long count = 0, before = 0;
    double t = now(), c = cpu(), begin = t + warm_up;
    prepare(messages, vectors, memory);
    if (!strcmp(how, "udp-in")) {
        int s = open_socket(SOCK_DGRAM, COUNT, 0);
        patience(s, 0.05);
        while (now() < begin)
            sendmmsg(s, messages, BATCH, 0);
        usleep(20000);
        before = ask_count(s), t = now(), c = cpu();
        while (now() < t + seconds)
            sendmmsg(s, messages, BATCH, 0);
        double end = now();
        usleep(20000);
        count = ask_count(s) - before;
        t += now() - end;
    } else if (!strcmp(how, "udp-out")) {
        int s = open_socket(SOCK_DGRAM, GENERATE, 0);
        double how_long = seconds + warm_up;
        patience(s, 0.2);
        send(s, &how_long, sizeof how_long, 0);
        for (int started = 0;;) {
            int n = recvmmsg(s, messages, BATCH, MSG_WAITFORONE, 0);
            if (!started && now() > begin)
                started = 1, t = now(), c = cpu(), count = 0;
            if (n <= 0 || (started && now() > t + seconds - 0.05))
                break;
            count += n;
        }
    } else {
        int s = open_socket(SOCK_DGRAM, ECHO_PORT, 0), waiting = 0;
        patience(s, 0.05);
        for (int started = 0; now() < begin + seconds;) {
            // What is lost is forgotten after the receive's timeout, and the window filled anew.
            if (waiting <= BATCH) {
                int n = sendmmsg(s, messages, BATCH, 0);
                waiting += n > 0 ? n : 0;
            }
            int n = recvmmsg(s, messages, BATCH, MSG_WAITFORONE, 0);
            if (n <= 0)
                waiting = 0;
            else
                waiting -= n, count += n;
            if (!started && now() > begin)
                started = 1, t = now(), c = cpu(), count = 0;
        }
    }
    double elapsed = now() - t;
    printf("{\"value\": %.2f, \"count\": %lu, \"seconds\": %.4f, \"cpu\": %.4f}\n", count / elapsed / 1e3, count, elapsed, cpu() - c);
    return 0;
}

// Frames that a device has received.
static unsigned long received(const char *device) {
    char line[512];
    unsigned long bytes, frames;
    FILE *f = fopen("/proc/net/dev", "r");
    while (f && fgets(line, sizeof line, f)) {
        char *colon = strchr(line, ':'), *name = line + strspn(line, " ");
        if (colon && (*colon = 0, !strcmp(name, device)) && sscanf(colon + 1, "%lu %lu", &bytes, &frames) == 2) {
            fclose(f);
            return frames;
        }
    }
    die(device);
    return 0;
}

static int forward(const char *device) {
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    static char memory[BATCH * DATAGRAM];
    int s = open_socket(SOCK_DGRAM, COUNT, 0);
    prepare(messages, vectors, memory);
    for (int i = 0; i < BATCH; i++)
        vectors[i].iov_len = FORWARDED;
    for (double begin = now() + warm_up; now() < begin;)
        sendmmsg(s, messages, BATCH, 0);
    unsigned long before = received(device), sent = 0;
    double t = now(), c = cpu();
    while (now() < t + seconds) {
        int n = sendmmsg(s, messages, BATCH, 0);
        sent += n > 0 ? n : 0;
    }
    double elapsed = now() - t;
    unsigned long count = received(device) - before;
    printf("{\"value\": %.2f, \"count\": %lu, \"offered\": %.2f, \"seconds\": %.4f, \"cpu\": %.4f}\n", count / elapsed / 1e3, count, sent / elapsed / 1e3, elapsed,
           cpu() - c);
    return 0;
}

static void hold_from(in_addr_t source, int count) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(source)}, to = at(HOLD);
    for (int one = 1; count > 0; count--) {
        int s = socket(AF_INET, SOCK_STREAM, 0);
        // The port is chosen when both addresses are known; otherwise it would be taken for every other one.
        if (s < 0 || setsockopt(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one) || bind(s, (void *)&a, sizeof a) || connect(s, (void *)&to, sizeof to))
            die("hold");
    }
}

// A process, with an address, for every so many: neither descriptors nor ports reach for more.
static int hold(int connections, in_addr_t source) {
    double t = now();
    for (int left = connections; left > 0; left -= HELD, source++) {
        int opened[2];
        char done = 0;
        if (pipe(opened))
            die("pipe");
        if (fork() == 0) {
            hold_from(source, left < HELD ? left : HELD);
            if (write(opened[1], &done, 1) == 1)
                while (getchar() != EOF) {}
            exit(0);
        }
        close(opened[1]);
        if (read(opened[0], &done, 1) != 1)
            exit(1);
        close(opened[0]);
    }
    printf("{\"value\": %d, \"seconds\": %.4f}\n", connections, now() - t);
    fflush(stdout);
    while (wait(NULL) > 0) {}
    return 0;
}

static int first_ping(void) {
    int s = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    struct sockaddr_in to = at(0);
    if (s < 0)
        die("socket");
    patience(s, 0.002);
    while (getchar() != '\n') {}
    for (double begin = now(); now() < begin + seconds;) {
        struct icmphdr echo = {.type = ICMP_ECHO, .checksum = (unsigned short)~htons(ICMP_ECHO << 8)};
        struct { struct iphdr ip; struct icmphdr icmp; } answer;
        sendto(s, &echo, sizeof echo, 0, (void *)&to, sizeof to);
        while (recv(s, &answer, sizeof answer, 0) > 0) {
            if (answer.icmp.type == ICMP_ECHOREPLY && answer.ip.saddr == address.s_addr) {
                puts("{\"value\": 1}");
                return 0;
            }
        }
    }
    fputs("no answer\n", stderr);
    return 1;
}

int main(int argc, char **argv) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (argc < 3 || !inet_pton(AF_INET, argv[2], &address)) {
        fputs("usage: load serve|send|recv|rr|udp-in|udp-out|udp-echo|forward|hold|ping ADDRESS [SECONDS|CONNECTIONS|CONGESTION-CONTROL [STREAMS|DEVICE|SOURCE]]\n", stderr);
        return 2;
    }
    const char *how = argv[1];
    seconds = argc > 3 ? atof(argv[3]) : 3;
    sends = !strcmp(how, "send");
    if (!strcmp(how, "serve")) {
        congestion_control = argc > 3 ? argv[3] : NULL;
        serve();
    }
    if (!strcmp(how, "rr"))
        return round_trips();
    if (!strcmp(how, "forward") && argc > 4)
        return forward(argv[4]);
    if (!strcmp(how, "hold") && argc > 4)
        return hold((int)seconds, ntohl(inet_addr(argv[4])));
    if (!strcmp(how, "ping"))
        return first_ping();
    if (!strncmp(how, "udp-", 4))
        return datagrams(how);
    return bulk(argc > 4 ? atoi(argv[4]) : 1);
}
