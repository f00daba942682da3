/* What a program learns of interfaces: netdevice(7) and its relatives. */
#include "selftest.h"
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>

static struct in_addr inet_of(const struct sockaddr *address)
{
    struct sockaddr_in inet;
    memcpy(&inet, address, sizeof inet);
    EXPECT(inet.sin_family == AF_INET);
    return inet.sin_addr;
}

static void list(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq all[16];
    struct ifconf list = { .ifc_len = sizeof all, .ifc_req = all };
    EXPECT(ioctl(fd, SIOCGIFCONF, &list) == 0 && list.ifc_len >= (int)sizeof(struct ifreq) && list.ifc_len % sizeof(struct ifreq) == 0);
    struct ifconf needed = { 0 };
    EXPECT(ioctl(fd, SIOCGIFCONF, &needed) == 0 && needed.ifc_len >= list.ifc_len);
    bool found = false;
    for (size_t i = 0; i < (size_t)list.ifc_len / sizeof *all; i++)
        found |= inet_of(&all[i].ifr_addr).s_addr == htonl(INADDR_LOOPBACK) && strncmp(all[i].ifr_name, "lo", 2) == 0;
    EXPECT(found);
}

static void one(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq request = { 0 };
    EXPECT(if_indextoname(1, request.ifr_name) != NULL);
    EXPECT(ioctl(fd, SIOCGIFADDR, &request) == 0 && inet_of(&request.ifr_addr).s_addr == htonl(INADDR_LOOPBACK));
    EXPECT(ioctl(fd, SIOCGIFNETMASK, &request) == 0 && inet_of(&request.ifr_netmask).s_addr == htonl(0xff000000));
    EXPECT(ioctl(fd, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & (IFF_UP | IFF_LOOPBACK | IFF_RUNNING)) == (IFF_UP | IFF_LOOPBACK | IFF_RUNNING));
    EXPECT(ioctl(fd, SIOCGIFMTU, &request) == 0 && request.ifr_mtu > 1500);
    EXPECT(ioctl(fd, SIOCGIFINDEX, &request) == 0 && request.ifr_ifindex == 1);
    EXPECT(ioctl(fd, SIOCGIFHWADDR, &request) == 0 && request.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK);
    memset(request.ifr_name, 0, sizeof request.ifr_name);
    request.ifr_ifindex = 1;
    EXPECT(ioctl(fd, SIOCGIFNAME, &request) == 0 && strncmp(request.ifr_name, "lo", 2) == 0);
    strcpy(request.ifr_name, "none0");
    EXPECT_ERROR(ioctl(fd, SIOCGIFADDR, &request), ENODEV);
}

static void names_and_indices(void)
{
    char name[IF_NAMESIZE];
    EXPECT(if_indextoname(1, name) == name && if_nametoindex(name) == 1);
    EXPECT(if_nametoindex("none0") == 0 && errno == ENODEV);
    errno = 0;
    EXPECT(if_indextoname(9999, name) == NULL && errno == ENXIO);
    struct if_nameindex *all = if_nameindex();
    EXPECT(all != NULL && all[0].if_index == 1 && strncmp(all[0].if_name, "lo", 2) == 0);
    if_freenameindex(all);
}

static void with_addresses(void)
{
    struct ifaddrs *all;
    EXPECT(getifaddrs(&all) == 0);
    bool found = false;
    for (struct ifaddrs *entry = all; entry != NULL; entry = entry->ifa_next) {
        if (entry->ifa_addr != NULL && entry->ifa_addr->sa_family == AF_INET && (entry->ifa_flags & IFF_LOOPBACK) != 0)
            found |= inet_of(entry->ifa_addr).s_addr == htonl(INADDR_LOOPBACK) && inet_of(entry->ifa_netmask).s_addr == htonl(0xff000000);
    }
    freeifaddrs(all);
    EXPECT(found);
}

const struct test interface_tests[] = {
    { "SIOCGIFCONF", list },
    { "requests about one", one },
    { "names and indices", names_and_indices },
    { "getifaddrs", with_addresses },
    { 0 },
};
